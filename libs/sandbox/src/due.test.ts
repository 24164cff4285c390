import { expect, test } from 'vitest';
import { harmOf, isDueAtOnce } from './due.ts';

test.for(['tampering', 'survivors', 'judge_failed', 'something new'])('%s leaves a sandbox in doubt', (violation) => {
  expect(harmOf(violation)).toBe('doubt');
});

test.for(['process_limit', 'memory_exceeded'])('%s is a violation that left nothing', (violation) => {
  expect(harmOf(violation)).toBe('violation');
});

test.for([null, undefined])('a program that did no harm leaves none (%s)', (violation) => {
  expect(harmOf(violation)).toBeUndefined();
});

test('only a sandbox that is lost or in doubt is due at once', () => {
  const all = [undefined, 'lost', 'doubt', 'violation', 'worn'] as const;
  expect(all.filter((due) => isDueAtOnce(due))).toEqual(['lost', 'doubt']);
});
