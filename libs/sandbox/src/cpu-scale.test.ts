import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fixedSpeed, measureSpeed } from './cpu-scale.ts';
import { NoIsolationError } from './errors.ts';

/** A command that answers as an interpreter does which needs that many seconds for a round. */
function interpreterOf(answer: string): string {
  const path = join(folder, `python-${answer}`);
  writeFileSync(path, `#!/bin/sh\necho ${answer}\n`, { mode: 0o755 });
  return path;
}

const folder = mkdtempSync(join(tmpdir(), 'leti-speed-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.for([
  ['0.00063', 1],
  ['0.00126', 2],
  ['0.000315', 0.5],
  ['0.1', 8],
  ['0.00001', 0.25],
] as const)('a round of %s s is a scale of %s', async ([seconds, cpuScale]) => {
  expect(await measureSpeed(interpreterOf(seconds))).toEqual({ cpuScale, roundSeconds: Number(seconds) });
});

test.for(['0', '-1', 'nothing'])('a measurement of %s is none', async (answer) => {
  await expect(measureSpeed(interpreterOf(answer))).rejects.toThrow(NoIsolationError);
});

test('a real interpreter is measured between nothing and a round a second', async () => {
  const { roundSeconds } = await measureSpeed('python3');
  expect(roundSeconds).toBeGreaterThan(0.00002);
  expect(roundSeconds).toBeLessThan(1);
});

test('an interpreter that does not run isolates nothing', async () => {
  await expect(measureSpeed('/nowhere/python3')).rejects.toThrow(NoIsolationError);
});

test('a scale that was chosen is taken as it is, and changes nothing on a busy machine', () => {
  expect(fixedSpeed(1)).toEqual({ cpuScale: 1, roundSeconds: 0 });
  for (const wrong of [0.2, 8.5, Number.NaN]) expect(() => fixedSpeed(wrong)).toThrow('cpuScale must be in [0.25, 8]');
});
