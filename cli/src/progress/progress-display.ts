import { MultiBar, type SingleBar } from 'cli-progress';
import type { Output } from '../output/output.ts';
import { printable } from '../output/printable.ts';

/** Work of which so much is done. */
export interface ProgressState {
  /** What is being done, e.g. "iteration 1/8 sample"; a new label begins a new bar. */
  readonly label: string;
  readonly value: number;
  readonly total: number;
  /** Figures of the moment, e.g. "pass@1 0.412". */
  readonly remark: string;
}

/** Shows how long work goes on: bars on a terminal, else plain lines. */
export interface ProgressDisplay {
  /** A line that stays. */
  line(text: string): void;
  show(state: ProgressState): void;
  /** Takes the bar away; to be called at the end, also after an error. */
  close(): void;
}

/** A display on an output's stderr. */
export function createProgressDisplay(output: Output): ProgressDisplay {
  return output.isTty ? barDisplay() : lineDisplay((text) => output.note(text));
}

const QUARTERS = 4;

/** Lines only: every state of work that begins, passes a quarter or ends. */
export function lineDisplay(write: (line: string) => void): ProgressDisplay {
  let label = '';
  let quarter = 0;
  return {
    line: write,
    show(state) {
      const reached = Math.floor((QUARTERS * state.value) / Math.max(state.total, 1));
      if (state.label === label && reached <= quarter) return;
      quarter = state.label === label ? reached : Math.min(reached, QUARTERS);
      label = state.label;
      write(`${label}  ${state.value}/${state.total}  ${state.remark}`.trimEnd());
    },
    close() {},
  };
}

function barDisplay(): ProgressDisplay {
  const bars = new MultiBar({
    format: ' {label} {bar} {value}/{total}  {remark}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  let bar: SingleBar | undefined;
  let label = '';
  return {
    line(text) {
      const line = `${printable(text)}\n`;
      if (bar === undefined) process.stderr.write(line);
      else bars.log(line);
    },
    show(state) {
      if (bar === undefined || state.label !== label) {
        if (bar !== undefined) bars.remove(bar);
        label = state.label;
        bar = bars.create(state.total, state.value, { label, remark: state.remark });
      } else {
        bar.setTotal(state.total);
        bar.update(state.value, { label, remark: state.remark });
      }
    },
    close() {
      if (bar !== undefined) bars.remove(bar);
      bar = undefined;
      bars.stop();
    },
  };
}
