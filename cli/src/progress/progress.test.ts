import type { TrainingRunEvent } from '@leti/leti';
import { expect, test } from 'vitest';
import { lineDisplay } from './progress-display.ts';
import { showTrainingEvent, trainingView } from './show-training-event.ts';

function linesFor(events: readonly TrainingRunEvent[]): string[] {
  const lines: string[] = [];
  const view = trainingView(
    lineDisplay((line) => lines.push(line)),
    2,
  );
  events.forEach((event, index) => showTrainingEvent(view, { number: index + 1, time: new Date(0), event }));
  return lines;
}

const group = (groupsDone: number, passed: number): TrainingRunEvent => ({
  kind: 'group_finished',
  iteration: 1,
  problemId: `p${groupsDone}`,
  passed,
  samples: 4,
  groupsDone,
  groupsTotal: 8,
});

test('groups give a line at the first and at every quarter, with the rate so far', () => {
  const lines = linesFor(Array.from({ length: 8 }, (_, index) => group(index + 1, index < 4 ? 0 : 4)));
  expect(lines).toEqual([
    'iteration 1/2  problems sampled and judged  1/8  pass@1 0.000',
    'iteration 1/2  problems sampled and judged  2/8  pass@1 0.000',
    'iteration 1/2  problems sampled and judged  4/8  pass@1 0.000',
    'iteration 1/2  problems sampled and judged  6/8  pass@1 0.333',
    'iteration 1/2  problems sampled and judged  8/8  pass@1 0.500',
  ]);
});

test('an iteration ends with its figures, and the next one counts anew', () => {
  const metrics = {
    samples: 32,
    distinctPrograms: 20,
    outcomes: { passed: 16, syntax_error: 3 },
    trainPassAt1: 0.5,
    fcftLoss: 0.51234,
    pretrainingLoss: 0,
    phases: { sample: 1.25, train: 61 },
  };
  const lines = linesFor([
    group(8, 4),
    { kind: 'training_step', iteration: 1, step: 1, stepsTotal: 1, fcftLoss: 0.6, pretrainingLoss: 0.7 },
    { kind: 'iteration_finished', iteration: 1, metrics },
    group(8, 0),
  ]);
  expect(lines[1]).toBe('iteration 1/2  training steps  1/1  loss 0.600, pre-training 0.700');
  expect(lines[2]).toBe('iteration 1/2  32 samples; train pass@1 0.500; syntax errors 3; loss 0.512');
  expect(lines[3]).toBe('iteration 1/2  sample 1.3 s, train 1 min 01 s');
  expect(lines[4]).toMatch(/pass@1 0\.000$/);
});
