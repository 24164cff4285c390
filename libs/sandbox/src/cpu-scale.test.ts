import { expect, test } from 'vitest';
import { fixedSpeed, measureSpeed } from './cpu-scale.ts';
import { NoIsolationError } from './errors.ts';

test('a machine is measured, whatever else runs on it', async () => {
  const { cpuScale, roundSeconds } = await measureSpeed('python3');
  expect(cpuScale).toBeGreaterThanOrEqual(0.25);
  expect(cpuScale).toBeLessThanOrEqual(8);
  expect(roundSeconds).toBeGreaterThan(0);
});

test('an interpreter that does not run isolates nothing', async () => {
  await expect(measureSpeed('/nowhere/python3')).rejects.toThrow(NoIsolationError);
});

test('a scale that was chosen is taken as it is, and changes nothing on a busy machine', () => {
  expect(fixedSpeed(1)).toEqual({ cpuScale: 1, roundSeconds: 0 });
  for (const wrong of [0.2, 8.5, Number.NaN]) expect(() => fixedSpeed(wrong)).toThrow('cpuScale must be in [0.25, 8]');
});
