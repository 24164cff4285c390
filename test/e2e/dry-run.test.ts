import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processesWith, runLeti } from './testing/leti.ts';
import { runFolders } from './testing/run-folder.ts';

let folder = '';
let config = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-dry-run-'));
  config = join(folder, 'run.yaml');
  await writeFile(
    config,
    'problems: { task: micro, limit: 8 }\niterations: 2\nsamplesPerProblem: 4\nsampling: { maxNewTokens: 48 }\n' +
      'fineTuning: { epochs: 1, batchSize: 8, maxSequenceTokens: 256 }\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const dryRun = (...args: string[]) =>
  runLeti(['train', '--config', config, '--dry-run', '--base-port', '0', '--store', join(folder, 'store'), ...args]);

test('a dry run prints counts, memory and time, and makes no run', { timeout: 120_000 }, async () => {
  const { status, stdout, stderr } = await dryRun('--json');
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    problems: 8,
    samples: 64,
    sequencesMost: 32,
    fcftSteps: 8,
    tokensMost: 256,
  });
  expect(await runFolders(join(folder, 'store'), 'runs')).toEqual([]);
  expect(await processesWith(join(folder, 'store'))).toEqual([]);
});

test('a dry run tells everything that is wrong, by the names that the file has', { timeout: 120_000 }, async () => {
  const sets = ['problems.split=nope', 'baseCheckpoint.path=/none', 'replay.run=x'];
  const { status, stderr } = await dryRun(...sets.flatMap((set) => ['--set', set]));
  expect(status).toBe(2);
  expect(stderr).toMatch(/problems\.split .*'nope'/);
  expect(stderr).toMatch(/baseCheckpoint\.path .*\/none/);
  expect(stderr).toMatch(/replay\.run .*"x"/);
});
