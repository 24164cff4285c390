import { describe, expect, test } from 'vitest';
import type { IterationMetrics } from '../training-run.ts';
import { type RunFigures, runScalars } from './run-scalars.ts';

const metrics: IterationMetrics = {
  samples: 10,
  distinctPrograms: 5,
  outcomes: { passed: 4, exception: 6 },
  trainPassAt1: 0.4,
  executableRate: 0.4,
  exceptions: { NameError: 6 },
  fcftLoss: 1.5,
  pretrainingLoss: 0,
  heldOutLoss: 2,
  validation: [{ condition: 'good', passAtK: [{ k: 1, estimate: 0.5, low: 0.4, high: 0.6 }], outcomes: {} }],
  exposedEvaluationSeconds: 0.25,
  phases: { train: 3 },
};
const step = (iteration: number, at: number, fcftLoss: number): RunFigures['steps'][number] => ({
  kind: 'training_step',
  iteration,
  step: at,
  stepsTotal: 4,
  fcftLoss,
  pretrainingLoss: 0,
  learningRate: 0.5,
});

describe('runScalars', () => {
  test('are shares of samples, losses and times by iteration', () => {
    const scalars = runScalars({ iterations: [metrics, { ...metrics, trainPassAt1: 0.6 }], steps: [] });
    const curve = (tag: string) => scalars.filter((each) => each.tag === tag).map(({ value }) => value);
    expect(curve('train/pass_at_1')).toEqual([0.4, 0.6]);
    expect(curve('exceptions/NameError')).toEqual([0.6, 0.6]);
    expect(curve('validation/pass_at_1_good')).toEqual([0.5, 0.5]);
    expect(curve('loss/held_out')).toEqual([2, 2]);
    expect(curve('loss/pretraining')).toEqual([]);
    expect(curve('seconds/train')).toEqual([3, 3]);
    expect(curve('seconds/exposed_evaluation')).toEqual([0.25, 0.25]);
  });
  test('count steps over the whole run, the last telling of each', () => {
    const steps = [step(1, 2, 9), step(1, 4, 8), step(1, 2, 7), step(2, 1, 6)];
    const losses = runScalars({ iterations: [], steps }).filter(({ tag }) => tag === 'steps/fcft_loss');
    expect(losses).toEqual([
      { tag: 'steps/fcft_loss', value: 7, step: 2 },
      { tag: 'steps/fcft_loss', value: 8, step: 4 },
      { tag: 'steps/fcft_loss', value: 6, step: 5 },
    ]);
  });
});
