import { expect, test } from 'vitest';
import { learningRateAt } from './base-recipe.ts';

test('the learning rate rises to the peak and falls to its final share', () => {
  const recipe = {
    steps: 1000,
    batchSize: 4,
    peakLearningRate: 1e-3,
    warmupSteps: 10,
    finalShare: 0.1,
    beta2: 0.99,
    maxGradientNorm: 1,
  };
  expect(learningRateAt(recipe, 0)).toBeCloseTo(1e-4, 8);
  expect(learningRateAt(recipe, 10)).toBeGreaterThan(0.99e-3);
  expect(learningRateAt(recipe, 999)).toBeCloseTo(1e-4, 7);
});
