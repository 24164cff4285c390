import { Counter, Gauge, type Registry } from '@leti/monitoring';
import type { ProgramRunner } from '@leti/sandbox';
import type { Admission } from './admission.ts';

/** What the sandboxes do, looked up when it is asked for. */
export function observeRunner(registry: Registry, runner: ProgramRunner): void {
  const { runtime, runtimeVersion, pythonVersion, slots } = runner.info;
  const registers = [registry];
  new Gauge({
    name: 'leti_evaluator_info',
    help: 'What runs the programs; always 1.',
    labelNames: ['runtime', 'runtime_version', 'python_version'],
    registers,
  }).set({ runtime, runtime_version: runtimeVersion, python_version: pythonVersion }, 1);
  new Gauge({ name: 'leti_evaluator_slots', help: 'Programs run at the same time.', registers }).set(slots);
  gauge(registry, 'slots_busy', 'Slots that run a program.', () => runner.load.busySlots);
  gauge(registry, 'programs_waiting', 'Programs that wait for a slot.', () => runner.load.waiting);
  counter(registry, 'second_runs_total', 'Programs run again, as the machine may have ended them.', () =>
    labelled(undefined, { '': runner.counts.secondRuns }),
  );
  counter(
    registry,
    'verdicts_by_source_total',
    'How programs came by their verdicts: run, or by the cache.',
    () => {
      const { run, reused, alike } = runner.counts;
      return labelled('by', { run, same_text: reused, same_tokens: alike });
    },
    'by',
  );
  counter(
    registry,
    'sandboxes_replaced_total',
    'Sandboxes replaced: lost, in doubt, after a violation of limits, or worn.',
    () => labelled('reason', runner.counts.sandboxesReplaced),
    'reason',
  );
}

/** What is here, looked up when it is asked for. */
export function observeAdmission(registry: Registry, admission: Admission): void {
  gauge(registry, 'calls_open', 'Programs of single calls, running or waiting.', () => admission.here.calls);
  gauge(registry, 'streams_open', 'Streams of programs.', () => admission.here.streams);
  gauge(registry, 'held_bytes', 'Memory of all programs here, about.', () => admission.here.bytes);
}

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function labelled(label: string | undefined, values: Readonly<Record<string, number>>): Labelled[] {
  return Object.entries(values).map(([name, value]) => ({
    labels: label === undefined ? {} : { [label]: name },
    value,
  }));
}

function gauge(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    name: `leti_evaluator_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
}

/** A counter that is kept elsewhere. */
function counter(registry: Registry, name: string, help: string, values: () => Labelled[], label?: string): void {
  new Counter({
    name: `leti_evaluator_${name}`,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, value } of values()) this.inc(labels, value);
    },
  });
}
