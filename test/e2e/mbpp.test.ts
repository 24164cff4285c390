import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder, describeWithData } from '@leti/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonLines, runLeti } from './testing/leti.ts';
import { firstRun, iterationFolder } from './testing/run-folder.ts';

/* One iteration on real MBPP problems; the official file is not part of the repository. */

let store = '';

beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'leti-mbpp-'));
});
afterAll(() => rm(store, { recursive: true, force: true }));

describeWithData('one iteration over MBPP', 'mbpp/mbpp.jsonl', () => {
  test('prints the outcome table and leaves real tracebacks', { timeout: 180_000 }, async () => {
    const config = 'services/trainer/configs/mbpp.yaml';
    const sizes = ['problems.limit=4', 'samplesPerProblem=4', 'fineTuning.epochs=1'].flatMap((each) => ['--set', each]);
    const where = ['--data', dataFolder(), '--store', store, '--base-port', '0'];
    const result = await runLeti(['train', '--config', config, ...where, ...sizes]);
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toMatch(/^outcome +it\. 1$/m);
    for (const outcome of ['passed', 'failed assertion', 'exception', 'syntax error']) {
      expect(result.stdout).toMatch(new RegExp(`^${outcome} +\\d+$`, 'm'));
    }
    const run = (await firstRun(store, 'runs')) ?? '';
    expect(await readFile(join(run, 'problems.jsonl'), 'utf8')).toContain('mbpp/');
    const lines = await jsonLines<{ outcome: string; feedback: string }>(join(iterationFolder(run, 1), 'fcft.jsonl'));
    expect(lines).toHaveLength(16);
    expect(lines.filter(({ feedback }) => feedback.includes('Traceback (most recent call last)'))).not.toEqual([]);
  });
});
