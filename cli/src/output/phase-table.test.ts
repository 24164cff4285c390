import type { IterationMetrics, TrainingRunEvent } from '@leti/leti';
import { expect, test } from 'vitest';
import { iterationTimes, phaseTable } from './phase-table.ts';

const metrics: IterationMetrics = {
  samples: 8,
  distinctPrograms: 8,
  outcomes: {},
  trainPassAt1: 0,
  fcftLoss: 1,
  pretrainingLoss: 0,
  phases: { sample: 6, evaluate: 5, train: 3 },
};
const events = (
  [
    [0, { kind: 'state_changed', state: 'queued' }],
    [5, { kind: 'state_changed', state: 'running' }],
    [15, { kind: 'iteration_finished', iteration: 1, metrics: { ...metrics, exposedEvaluationSeconds: 0.5 } }],
    [25, { kind: 'iteration_finished', iteration: 2, metrics }],
  ] as readonly (readonly [number, TrainingRunEvent])[]
).map(([seconds, event], index) => ({ number: index + 1, time: new Date(seconds * 1000), event }));

test('an iteration lasts from the end of the one before it, the first from the start of the run', () => {
  expect(iterationTimes(events).map(({ wallSeconds }) => wallSeconds)).toEqual([10, 10]);
  expect(iterationTimes(events).map((each) => each.exposedEvaluationSeconds)).toEqual([0.5, 0]);
});

test('the table has the phases that occurred, and what evaluation alone adds to the wall time', () => {
  const lines = phaseTable(iterationTimes(events));
  expect(lines[0]).toMatch(/^iteration +sample +evaluate +train +wall +evaluation alone +of wall$/);
  expect(lines[2]).toMatch(/^1 +6.0 s +5.0 s +3.0 s +10.0 s +0.5 s +5.0 %$/);
  expect(lines.at(-1)).toMatch(/^all +12.0 s +10.0 s +6.0 s +20.0 s +0.5 s +2.5 %$/);
});
