import { describe, expect, test } from 'vitest';
import {
  cursorAfterEqualIterations,
  FIRST_CURSOR,
  stepCounts,
  type TrainingCursor,
  type TrainingPlan,
  type TrainingStep,
  trainingSteps,
} from './training-steps.ts';

const plan: TrainingPlan = {
  seed: 1n,
  lengths: Array(10).fill(5),
  problemOf: Array(10).fill(0),
  onlyPretraining: false,
  fineTuning: { epochs: 2, batchSize: 4, learningRate: 0.5, warmupSteps: 0, order: 'shuffled' },
  pretrainingMix: { ratio: 1, cursor: 'continue' },
  cursor: FIRST_CURSOR,
};
const mixed = (ratio: number): TrainingPlan => ({
  ...plan,
  pretrainingMix: { ...plan.pretrainingMix, ratio },
});
/** The plan as it is when all iterations before had as many examples. */
const before = (p: TrainingPlan, iteration: number): TrainingPlan => ({
  ...p,
  cursor: cursorAfterEqualIterations(p, iteration),
});
const stepsOf = (p: TrainingPlan, iteration = 1) => [...trainingSteps(before(p, iteration), iteration)];
/** Steps and the cursor after them. */
function run(p: TrainingPlan, iteration: number): { steps: TrainingStep[]; cursor: TrainingCursor } {
  const generator = trainingSteps(p, iteration);
  const steps: TrainingStep[] = [];
  for (;;) {
    const next = generator.next();
    if (next.done === true) return { steps, cursor: next.value };
    steps.push(next.value);
  }
}
const kinds = (p: TrainingPlan, iteration = 1) =>
  stepsOf(p, iteration)
    .map(({ kind }) => kind[0])
    .join('');
const batchesOf = (p: TrainingPlan, iteration = 1) =>
  stepsOf(p, iteration).flatMap((step) => (step.kind === 'pretraining' ? step.batch : []));
const ordersOf = (p: TrainingPlan, iteration = 1) =>
  [...Array(p.fineTuning.epochs).keys()].map((epoch) =>
    stepsOf(p, iteration).flatMap((step) => (step.kind === 'fcft' && step.epoch === epoch ? [...step.indices] : [])),
  );

describe('trainingSteps', () => {
  test('takes every example once per epoch, in another order each time', () => {
    const orders = ordersOf(plan);
    for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
    expect(orders[0]).not.toEqual(orders[1]);
    const steps = stepsOf(plan).filter((step) => step.kind === 'fcft');
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
    for (const onlyPretraining of [false, true])
      for (const ratio of [0, 0.1, 0.3, 1, 1.7])
        for (const iteration of [1, 2, 3]) {
          const p = { ...before(mixed(ratio), iteration), onlyPretraining };
          const { fcft, pretraining } = stepCounts(p);
          expect([...trainingSteps(p, iteration)].map(({ step }) => step)).toEqual([
            ...Array(fcft + pretraining).keys(),
          ]);
        }
  });
  test('leaves no gap in the pre-training stream', () => {
    const batches = [1, 2, 3].flatMap((iteration) => batchesOf(mixed(0.7), iteration));
    expect(batches).toEqual([...Array(12).keys()]); // floor(18 · 0.7)
  });
  test('warms up over steps of both kinds, then stays', () => {
    const warm = { ...plan, fineTuning: { ...plan.fineTuning, warmupSteps: 4 } };
    expect([...trainingSteps(warm, 1)].slice(0, 6).map(({ learningRate }) => learningRate)).toEqual([
      0.125, 0.25, 0.375, 0.5, 0.5, 0.5,
    ]);
    expect(trainingSteps(before(warm, 2), 2).next().value).toMatchObject({ learningRate: 0.5 });
  });
});

describe('the cursor', () => {
  test('is where the formula for equal iterations puts it', () => {
    for (const onlyPretraining of [false, true])
      for (const ratio of [0, 0.3, 1, 1.7])
        for (const iteration of [1, 2, 3]) {
          const p = { ...mixed(ratio), onlyPretraining };
          expect(run(before(p, iteration), iteration).cursor).toEqual(cursorAfterEqualIterations(p, iteration + 1));
        }
  });
  test('carries stream, mix and warm-up on over iterations of different sizes', () => {
    let cursor: TrainingCursor = FIRST_CURSOR;
    const kindsSoFar: string[] = [];
    const batches: number[] = [];
    const rates: number[] = [];
    for (const [index, examples] of [3, 9, 0, 13, 4].entries()) {
      const p: TrainingPlan = {
        ...plan,
        lengths: Array(examples).fill(5),
        problemOf: Array(examples).fill(0),
        fineTuning: { ...plan.fineTuning, epochs: 1, learningRate: 1, warmupSteps: 8 },
        pretrainingMix: { ...plan.pretrainingMix, ratio: 0.5 },
        cursor,
      };
      const { steps, cursor: after } = run(p, index + 1);
      cursor = after;
      for (const step of steps) {
        kindsSoFar.push(step.kind);
        rates.push(step.learningRate);
        if (step.kind === 'pretraining') batches.push(step.batch);
      }
    }
    expect(kindsSoFar.map((kind) => kind[0]).join('')).toBe('ffpffpffpffpf'); // 1 + 3 + 0 + 4 + 1 FCFT steps
    expect(batches).toEqual([0, 1, 2, 3]);
    expect(rates.slice(0, 9)).toEqual([0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1]);
  });
  test('begins the stream anew with each epoch when told so', () => {
    const restarting = { ...plan, pretrainingMix: { ratio: 0.7, cursor: 'restart_each_epoch' } } as const;
    expect(batchesOf(restarting, 1)).toEqual([0, 1, 0, 1]); // floor(3 · 0.7) = 2, floor(6 · 0.7) = 4
    expect(batchesOf(restarting, 2)[0]).toBe(0);
  });
  test('goes on by what a new ratio owes from here', () => {
    const cursor = { fcftSteps: 6, pretrainingSteps: 6, pretrainingBatch: 6 };
    const { steps, cursor: after } = run({ ...mixed(0.5), cursor }, 2);
    expect(steps.map(({ kind }) => kind[0]).join('')).toBe('ffpffpffp');
    expect(after).toEqual({ fcftSteps: 12, pretrainingSteps: 9, pretrainingBatch: 9 });
  });
});

describe('the order of examples', () => {
  const inOrder = (order: 'by_problem' | 'shuffled_once') => ({ fineTuning: { ...plan.fineTuning, order } });
  test('by problem is the same in every epoch and iteration, a problem a batch', () => {
    const problemOf = [2, 0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 2];
    const p: TrainingPlan = { ...plan, lengths: Array(12).fill(5), problemOf, ...inOrder('by_problem') };
    const expected = [1, 4, 7, 9, 2, 5, 8, 10, 0, 3, 6, 11];
    expect([...ordersOf(p, 1), ...ordersOf(p, 3)]).toEqual([expected, expected, expected, expected]);
    const batches = stepsOf(p).filter((step) => step.kind === 'fcft');
    for (const { indices } of batches) expect(new Set(Array.from(indices, (index) => problemOf[index])).size).toBe(1);
  });
  test('shuffled once is one order for the whole run', () => {
    const p: TrainingPlan = { ...plan, ...inOrder('shuffled_once') };
    const [order, ...others] = [...ordersOf(p, 1), ...ordersOf(p, 2)];
    expect(order!.toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
    expect(order).not.toEqual([...Array(10).keys()]);
    for (const other of others) expect(other).toEqual(order);
  });
  test('does not matter where only pre-training is done, which takes as many steps as in the mix', () => {
    const only = { ...mixed(1), onlyPretraining: true };
    expect(kinds(only)).toBe('pppppp');
    expect(batchesOf(only, 2)).toEqual([6, 7, 8, 9, 10, 11]);
  });
});
