import { expect, test } from 'vitest';
import { throttled } from './throttled.ts';

test('passes the first call, one per interval, and those that always pass', () => {
  let nowMs = 0;
  const passed: number[] = [];
  const call = throttled(
    100,
    (value: number) => value === 99,
    (value) => void passed.push(value),
    () => nowMs,
  );
  for (const [atMs, value] of [
    [0, 1],
    [50, 2],
    [99, 99],
    [150, 3],
    [199, 4],
    [299, 5],
  ] as const) {
    nowMs = atMs;
    call(value);
  }
  expect(passed).toEqual([1, 99, 4, 5]);
});
