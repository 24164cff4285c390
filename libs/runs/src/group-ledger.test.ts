import { appendFileSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgedGroup, Outcome } from '@leti/leti';
import { exampleEvaluation } from '@leti/leti/testing';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import { type GroupFiles, GroupLedger, readGroups, readSamples } from './group-ledger.ts';
import { CorruptStoreError, StoreFullError } from './store-errors.ts';

const filesIn = (folder: string): GroupFiles => ({
  solutions: join(folder, 'solutions.jsonl'),
  evaluations: join(folder, 'evaluations.jsonl'),
  groups: join(folder, 'groups.jsonl'),
});

function group(problemId: string, outcomes: readonly Outcome[]): JudgedGroup {
  return {
    problem: { problemId, prompt: '', testSetupCode: '', tests: [] },
    solutions: outcomes.map((_, sampleIndex) => ({
      problemId,
      sampleIndex,
      text: `${problemId}${sampleIndex}`,
      tokenIds: [1],
      logprobs: [-1],
      finishReason: 'eos',
      weightsDigest: 'sha256:0',
      seed: 2n ** 64n - 1n,
      condition: 'none',
      engine: 'local',
    })),
    evaluations: outcomes.map((outcome, sampleIndex) =>
      exampleEvaluation({ programId: `${problemId}/${sampleIndex}`, outcome, wallTimeMs: 2, peakMemoryBytes: 3 }),
    ),
  };
}

const samplesIn = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { problemId, sampleIndex } = JSON.parse(line) as { problemId: string; sampleIndex: number };
      return `${problemId}#${sampleIndex}`;
    });

async function filledLedger(): Promise<GroupFiles> {
  const files = filesIn(temporaryFolder());
  const ledger = await GroupLedger.open(files);
  await ledger.record(group('a', ['passed', 'exception']), { sample: 1 });
  await ledger.record(group('b', ['syntax_error', 'exception']), { sample: 2, evaluate: 1 });
  return files;
}

test('gives back what was recorded, with the time it had taken', async () => {
  const files = await filledLedger();
  const ledger = await GroupLedger.open(files);
  expect(ledger.finished).toEqual([
    { problemId: 'a', samples: 2, passed: 1, distinctPrograms: 2, outcomes: { passed: 1, exception: 1 } },
    { problemId: 'b', samples: 2, passed: 0, distinctPrograms: 2, outcomes: { syntax_error: 1, exception: 1 } },
  ]);
  expect(ledger.foundPhases).toEqual({ sample: 2, evaluate: 1 });
  expect(await readGroups(files)).toEqual(ledger.finished);
});

test('drops what a crash left of an unfinished problem', async () => {
  const files = await filledLedger();
  const before = readFileSync(files.solutions, 'utf8');
  appendFileSync(files.solutions, before.split('\n')[0]!.replace('"a"', '"c"') + '\n');
  appendFileSync(files.evaluations, '{"problemId":"c","sampleIndex":0}\n{"problemId":"c","sam');
  appendFileSync(files.groups, '{"problemId":"c"');
  const ledger = await GroupLedger.open(files);
  await ledger.record(group('c', ['passed', 'passed']), {});
  const samples = ['a#0', 'a#1', 'b#0', 'b#1', 'c#0', 'c#1'];
  expect(samplesIn(files.solutions)).toEqual(samples);
  expect(samplesIn(files.evaluations)).toEqual(samples);
  expect(readFileSync(files.solutions, 'utf8').startsWith(before)).toBe(true);
  expect((await readGroups(files)).map(({ problemId }) => problemId)).toEqual(['a', 'b', 'c']);
});

test('is empty when nothing was recorded', async () => {
  const files = filesIn(temporaryFolder());
  expect(await readGroups(files)).toEqual([]);
  const ledger = await GroupLedger.open(files);
  expect([ledger.finished, ledger.foundPhases]).toEqual([[], undefined]);
});

test('groups that are recorded at once follow one another', async () => {
  const files = filesIn(temporaryFolder());
  const ledger = await GroupLedger.open(files);
  await Promise.all(['a', 'b', 'c'].map((id) => ledger.record(group(id, ['passed', 'exception']), {})));
  const samples = ['a#0', 'a#1', 'b#0', 'b#1', 'c#0', 'c#1'];
  expect(samplesIn(files.solutions)).toEqual(samples);
  const { solutions, evaluations } = await readSamples(files);
  expect(solutions.map(({ problemId, sampleIndex }) => `${problemId}#${sampleIndex}`)).toEqual(samples);
  expect(evaluations.map(({ outcome }) => outcome)).toEqual(Array(3).fill(['passed', 'exception']).flat());
  expect(solutions[0]!.seed).toBe('18446744073709551615');
});

test('samples of a group in the making are not read', async () => {
  const files = await filledLedger();
  appendFileSync(files.solutions, '{"problemId":"c"');
  expect((await readSamples(files)).solutions).toHaveLength(4);
});

test('says when a file is shorter than what was finished', async () => {
  const files = await filledLedger();
  truncateSync(files.evaluations, 10);
  await expect(GroupLedger.open(files)).rejects.toBeInstanceOf(CorruptStoreError);
  await expect(readSamples(files)).rejects.toBeInstanceOf(CorruptStoreError);
});

test('a group that a full disk refused leaves nothing, and the same ledger goes on once there is room', async () => {
  const files = filesIn(temporaryFolder());
  const ledger = await GroupLedger.open(files);
  symlinkSync('/dev/full', files.evaluations);
  await expect(ledger.record(group('a', ['passed']), {})).rejects.toBeInstanceOf(StoreFullError);
  rmSync(files.evaluations);
  await ledger.record(group('b', ['passed']), {});
  expect(ledger.finished.map(({ problemId }) => problemId)).toEqual(['b']);
  for (const file of [files.solutions, files.evaluations]) expect(samplesIn(file)).toEqual(['b#0']);
});
