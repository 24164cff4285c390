import { type Phase, PHASES, type RecordedTrainingRunEvent } from '@leti/leti';
import { formatSeconds } from './format-figures.ts';
import { textTable } from './text-table.ts';

/** What one iteration of a run spent its time on. */
export interface IterationTimes {
  readonly iteration: number;
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** Seconds in which only evaluation went on: what it adds to the wall time. 0 where it was not measured. */
  readonly exposedEvaluationSeconds: number;
  /** Seconds from the end of the iteration before, or from the run's start, to its own end; pauses count. */
  readonly wallSeconds: number;
}

/** The times of the finished iterations, out of a run's events in order. */
export function iterationTimes(events: readonly RecordedTrainingRunEvent[]): IterationTimes[] {
  const times: IterationTimes[] = [];
  let sinceMs: number | undefined;
  for (const { time, event } of events) {
    if (event.kind === 'state_changed' && event.state === 'running') sinceMs ??= time.getTime();
    if (event.kind !== 'iteration_finished') continue;
    const { phases, exposedEvaluationSeconds = 0 } = event.metrics;
    const wallSeconds = (time.getTime() - (sinceMs ?? time.getTime())) / 1000;
    times.push({ iteration: event.iteration, phases, exposedEvaluationSeconds, wallSeconds });
    sinceMs = time.getTime();
  }
  return times;
}

/** A row for each iteration and one for all, with the share of the wall time that evaluation added. */
export function phaseTable(times: readonly IterationTimes[]): string[] {
  const shown = PHASES.filter((phase) => times.some(({ phases }) => (phases[phase] ?? 0) > 0));
  const sum = (value: (each: IterationTimes) => number): number =>
    times.reduce((total, each) => total + value(each), 0);
  const row = (label: string, value: (of: (each: IterationTimes) => number) => number): string[] => {
    const wall = value(({ wallSeconds }) => wallSeconds);
    const exposed = value(({ exposedEvaluationSeconds }) => exposedEvaluationSeconds);
    return [
      label,
      ...shown.map((phase) => formatSeconds(value(({ phases }) => phases[phase] ?? 0))),
      formatSeconds(wall),
      formatSeconds(exposed),
      wall === 0 ? '-' : `${((100 * exposed) / wall).toFixed(1)} %`,
    ];
  };
  const head = ['iteration', ...shown, 'wall', 'evaluation alone', 'of wall'];
  const rows = times.map((each) => row(String(each.iteration), (of) => of(each)));
  return textTable(head, [...rows, row('all', sum)], ['left', ...head.slice(1).map(() => 'right' as const)]);
}
