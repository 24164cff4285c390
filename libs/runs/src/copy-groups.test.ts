import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleEvaluation } from '@leti/leti/testing';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import { copyGroups } from './copy-groups.ts';
import { type GroupFiles, GroupLedger, readGroups, readSamples } from './group-ledger.ts';

const filesIn = (folder: string): GroupFiles => ({
  solutions: join(folder, 'solutions.jsonl'),
  evaluations: join(folder, 'evaluations.jsonl'),
  groups: join(folder, 'groups.jsonl'),
});

async function ledgerOf(...problemIds: string[]): Promise<GroupFiles> {
  const files = filesIn(temporaryFolder());
  const ledger = await GroupLedger.open(files);
  for (const problemId of problemIds) {
    const solution = {
      problemId,
      sampleIndex: 0,
      text: problemId,
      tokenIds: [1],
      logprobs: [-1],
      finishReason: 'eos',
      weightsDigest: 'sha256:0',
      seed: 1n,
      condition: 'none',
      engine: 'local',
    } as const;
    const problem = { problemId, prompt: '', testSetupCode: '', tests: [] };
    await ledger.record({ problem, solutions: [solution], evaluations: [exampleEvaluation({})] }, { sample: 5 });
  }
  return files;
}

test('copies the groups that are asked for, in their order, without the time they took', async () => {
  const [from, to] = [await ledgerOf('a', 'b', 'c'), filesIn(join(temporaryFolder(), 'iterations', '001'))];
  const before = Object.values(from).map((path) => readFileSync(path, 'utf8'));
  await copyGroups(from, to, ['c', 'a']);
  await copyGroups(from, to, ['c', 'a']);
  const ledger = await GroupLedger.open(to);
  expect(ledger.finished.map(({ problemId }) => problemId)).toEqual(['c', 'a']);
  expect(ledger.foundPhases).toEqual({});
  expect((await readSamples(to)).solutions.map(({ text }) => text)).toEqual(['c', 'a']);
  expect(Object.values(from).map((path) => readFileSync(path, 'utf8'))).toEqual(before);
});

test('refuses what is not there, or not whole any more', async () => {
  const [from, to] = [await ledgerOf('a', 'b'), filesIn(temporaryFolder())];
  await expect(copyGroups(from, to, ['a', 'd'])).rejects.toThrow('holds no whole group of d');
  writeFileSync(from.evaluations, readFileSync(from.evaluations, 'utf8').replace('passed', 'exception'));
  await expect(copyGroups(from, to, ['a'])).rejects.toThrow('holds no whole group of a');
  expect(await readGroups(to)).toEqual([]);
});
