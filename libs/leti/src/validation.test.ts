import { describe, expect, test } from 'vitest';
import { bestPoint, conditionsAt, patienceIsOver, validatesAt, type ValidationPoint } from './validation.ts';

const plan = { conditions: ['good', 'bad'], every: 2, patience: 2 } as const;
const points = (...scores: number[]): ValidationPoint[] =>
  scores.map((estimate, iteration) => ({
    iteration,
    scores: [{ condition: 'good', passAtK: [{ k: 1, estimate, low: estimate, high: estimate }], outcomes: {} }],
  }));

describe('validation', () => {
  test('comes after every so many iterations and after the last', () => {
    const validated = [1, 2, 3, 4, 5].filter((iteration) => validatesAt(plan, iteration, 5));
    expect(validated).toEqual([2, 4, 5]);
  });
  test('scores the base checkpoint without reward token', () => {
    expect(conditionsAt(plan, 0)).toEqual(['none']);
    expect(conditionsAt(plan, 2)).toEqual(['good', 'bad']);
  });
  test('takes the earliest of equal scores for the best', () => {
    expect(bestPoint(points(0.1, 0.5, 0.3, 0.5))?.iteration).toBe(1);
    expect(bestPoint([])).toBeUndefined();
  });
  test('runs out of patience after so many scores that are no better', () => {
    expect(patienceIsOver(points(0.1, 0.5, 0.4), 2)).toBe(false);
    expect(patienceIsOver(points(0.1, 0.5, 0.4, 0.5), 2)).toBe(true);
    expect(patienceIsOver(points(0.5, 0.4, 0.3, 0.2), 0)).toBe(false);
  });
});
