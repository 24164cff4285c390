import { expect, test } from 'vitest';
import { countOutcomes } from './count-outcomes.ts';

test('counts every outcome, in order, zeros too', () => {
  const counts = countOutcomes(['exception', 'passed', 'exception'], ['passed', 'failed', 'exception']);
  expect(Object.entries(counts)).toEqual([
    ['passed', 1],
    ['failed', 0],
    ['exception', 2],
  ]);
});

test('refuses an outcome that it does not know', () => {
  expect(() => countOutcomes<string>(['pased'], ['passed'])).toThrow('countOutcomes: want one of passed, got pased');
});
