import { parseTrainingSettings, type TrainingSettingsInput } from '@leti/leti';
import { expect, test } from 'vitest';
import { loopPlanOf } from './run-course.ts';

const planOf = (settings: Partial<TrainingSettingsInput> = {}) =>
  loopPlanOf(parseTrainingSettings({ problems: { task: 'micro' }, seed: 3, ...settings }), [], {
    path: '/base',
    digest: 'sha256:0',
  });

test('each iteration draws from its own seed, unless the schedule is constant', () => {
  const seeds = (plan: ReturnType<typeof planOf>) => new Set([1, 2, 3].map(plan.seedOf));
  expect(seeds(planOf()).size).toBe(3);
  expect(seeds(planOf({ seedSchedule: 'constant' })).size).toBe(1);
  expect(planOf({ seedSchedule: 'constant' }).seedOf(9)).toBe(planOf().seedOf(1));
});

test('objectives that learn from samples sample', () => {
  expect(planOf().samples).toBe(true);
  const mix = { ratio: 1, corpus: 'micro-corpus' };
  expect(planOf({ objective: 'pretraining', pretrainingMix: mix }).samples).toBe(false);
  expect(planOf({ objective: 'supervised' }).samples).toBe(false);
});

test('nothing is validated without a split', () => {
  expect(planOf().validation).toBeUndefined();
  const validation = { split: 'validation', conditions: ['good', 'none'] as const, every: 2, patience: 3 };
  expect(planOf({ validation }).validation).toEqual({ conditions: ['good', 'none'], every: 2, patience: 3 });
});
