import { describe, expect, test } from 'vitest';
import { stepCounts, type TrainingPlan, trainingSteps } from './training-steps.ts';

const plan: TrainingPlan = {
  seed: 1n,
  lengths: Array(10).fill(5),
  fineTuning: { epochs: 2, batchSize: 4, learningRate: 0.5, warmupSteps: 0 },
  pretrainingMix: { ratio: 1 },
};
const mixed = (ratio: number): TrainingPlan => ({ ...plan, pretrainingMix: { ratio } });
const kinds = (p: TrainingPlan, iteration = 1) => [...trainingSteps(p, iteration)].map(({ kind }) => kind[0]).join('');

describe('trainingSteps', () => {
  test('takes every sequence once per epoch, in another order each time', () => {
    const steps = [...trainingSteps(plan, 1)].filter((step) => step.kind === 'fcft');
    const orders = [0, 1].map((epoch) => steps.filter((s) => s.epoch === epoch).flatMap((s) => [...s.indices]));
    for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
    expect(orders[0]).not.toEqual(orders[1]);
    for (const epoch of [0, 1]) {
      const sizes = steps.filter((s) => s.epoch === epoch).map(({ indices }) => indices.length);
      expect(sizes.toSorted((a, b) => a - b)).toEqual([2, 4, 4]);
    }
  });
  test('is another order in another iteration or under another seed', () => {
    const first = (p: TrainingPlan, iteration: number) => trainingSteps(p, iteration).next().value;
    expect(first(plan, 1)).toEqual(first(plan, 1));
    expect(first(plan, 1)).not.toEqual(first(plan, 2));
    expect(first(plan, 1)).not.toEqual(first({ ...plan, seed: 2n }, 1));
  });
  test.each([
    [0, 'ffffff'],
    [1, 'fpfpfpfpfpfp'],
    [2, 'fppfppfppfppfppfpp'],
    [0.5, 'ffpffpffp'],
  ])('interleaves pre-training at ratio %d', (ratio, expected) => {
    expect(kinds(mixed(ratio))).toBe(expected);
  });
  test('keeps a fractional ratio over iterations', () => {
    const all = [1, 2, 3, 4, 5].map((iteration) => kinds(mixed(0.1), iteration)).join('');
    expect(all.length - all.replaceAll('p', '').length).toBe(3); // 30 FCFT steps
  });
  test('counts as many steps as there are', () => {
    for (const ratio of [0, 0.1, 0.3, 1, 1.7])
      for (const iteration of [1, 2, 3]) {
        const { fcft, pretraining } = stepCounts(mixed(ratio), iteration);
        expect([...trainingSteps(mixed(ratio), iteration)].map(({ step }) => step)).toEqual([
          ...Array(fcft + pretraining).keys(),
        ]);
      }
  });
  test('leaves no gap in the pre-training stream', () => {
    const batches = [1, 2, 3].flatMap((iteration) =>
      [...trainingSteps(mixed(0.7), iteration)].flatMap((step) => (step.kind === 'pretraining' ? step.batch : [])),
    );
    expect(batches).toEqual([...Array(12).keys()]); // floor(18 · 0.7)
  });
  test('warms up over steps of both kinds, then stays', () => {
    const warm = { ...plan, fineTuning: { ...plan.fineTuning, warmupSteps: 4 } };
    expect([...trainingSteps(warm, 1)].slice(0, 6).map(({ learningRate }) => learningRate)).toEqual([
      0.125, 0.25, 0.375, 0.5, 0.5, 0.5,
    ]);
    expect(trainingSteps(warm, 2).next().value).toMatchObject({ learningRate: 0.5 });
  });
});
