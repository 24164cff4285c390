import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { defaultMemoryBytes } from './device-memory.ts';

test('defaultMemoryBytes is a part of the machine, and always the same', () => {
  expect(defaultMemoryBytes()).toBe(defaultMemoryBytes());
  expect(defaultMemoryBytes()).toBeGreaterThan(2 ** 20);
  expect(defaultMemoryBytes()).toBeLessThan(totalmem());
});
