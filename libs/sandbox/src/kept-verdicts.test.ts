import { exampleEvaluation } from '@leti/leti/testing';
import { expect, test } from 'vitest';
import { KeptVerdicts } from './kept-verdicts.ts';
import type { Verdict } from './supervisor.ts';

const verdict = (feedback = ''): Verdict => exampleEvaluation({ outcome: 'exception', feedback });

test('drops the least recently used when there are too many', () => {
  const kept = new KeptVerdicts(2, Infinity);
  kept.set('a', verdict());
  kept.set('b', verdict());
  kept.get('a');
  kept.set('c', verdict());
  expect(['a', 'b', 'c'].map((key) => kept.get(key) !== undefined)).toEqual([true, false, true]);
});

test('drops the least recently used when their feedback takes too much', () => {
  const kept = new KeptVerdicts(100, 10_000);
  for (const key of ['a', 'b', 'c']) kept.set(key, verdict('x'.repeat(2_000)));
  expect(['a', 'b', 'c'].map((key) => kept.get(key) !== undefined)).toEqual([false, true, true]);
  kept.set('long', verdict('x'.repeat(20_000)));
  expect(['b', 'c', 'long'].map((key) => kept.get(key))).toEqual([undefined, undefined, undefined]);
});

test('counts a key that is set again once', () => {
  const kept = new KeptVerdicts(100, 10_000);
  for (let i = 0; i < 10; i++) kept.set('a', verdict('x'.repeat(2_000)));
  kept.set('b', verdict('x'.repeat(2_000)));
  expect(kept.get('a')).toBeDefined();
});
