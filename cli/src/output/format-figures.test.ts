import { expect, test } from 'vitest';
import { formatPassAtK } from './format-figures.ts';

test('pass@k has its interval', () => {
  expect(formatPassAtK(1, { estimate: 0.5, low: 0.25, high: 0.75 })).toBe(
    'pass@1    0.500 [0.250, 0.750]  (95 % interval over problems)',
  );
});

test('problems that are all alike show no spread, which is told instead of an interval', () => {
  expect(formatPassAtK(10, { estimate: 1, low: 1, high: 1 })).toBe(
    'pass@10   1.000  (all problems alike, so there is no interval)',
  );
});
