import { appendFileSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgedGroup, Outcome } from '@leti/leti';
import { exampleEvaluation } from '@leti/leti/testing';
import { temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
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
  expect(ledger.finished).toMatchObject([
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

describe('a ledger that was changed since', () => {
  const lineOf = (path: string, index: number, change: (line: string) => string): void => {
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.with(index, change(lines[index]!)).join('\n'));
  };
  const half = (line: string): string => line.slice(0, line.length / 2);

  // Groups a, b, c of two samples each; what is done to them, and whose group must then be done again.
  const DAMAGES: [string, (files: GroupFiles) => void, string[]][] = [
    ['a line of solutions cut in the middle', ({ solutions }) => lineOf(solutions, 2, half), ['b']],
    ['an outcome edited', ({ evaluations }) => lineOf(evaluations, 1, (l) => l.replace('exception', 'passed')), ['a']],
    ['a line of evaluations removed', ({ evaluations }) => lineOf(evaluations, 5, () => ''), ['c']],
    ['the end of a file lost', ({ solutions }) => truncateSync(solutions, 500), ['b', 'c']],
    ['a file gone', ({ evaluations }) => rmSync(evaluations), ['a', 'b', 'c']],
    ['a bit flipped in a text', ({ solutions }) => lineOf(solutions, 4, (l) => l.replace('"c0"', '"s0"')), ['c']],
    ['a line of groups cut in the middle', ({ groups }) => lineOf(groups, 1, half), ['']],
    ['a line of groups there twice', ({ groups }) => lineOf(groups, 1, (l) => `${l}\n${l}`), ['']],
  ];
  const threeGroups = async (): Promise<GroupFiles> => {
    const files = await filledLedger();
    await (await GroupLedger.open(files)).record(group('c', ['passed', 'exception']), { sample: 3 });
    return files;
  };

  test.each(DAMAGES)('%s: is refused, or repaired by dropping the group', async (_, damage, damaged) => {
    const [files, undisturbed] = [await threeGroups(), await threeGroups()];
    damage(files);
    await expect(GroupLedger.open(files)).rejects.toBeInstanceOf(CorruptStoreError);
    const found = readFileSync(files.groups, 'utf8');

    const ledger = await GroupLedger.open(files, { repair: true });
    expect(ledger.redo.map(({ problemId }) => problemId)).toEqual(damaged);
    for (const { problem } of ledger.redo) expect(problem).toMatch(/want its 2 lines|is no record|repeats/);
    expect(readFileSync(`${files.groups}.damaged-1`, 'utf8')).toBe(found);
    const missing = ['a', 'b', 'c'].filter((id) => !ledger.finished.some(({ problemId }) => problemId === id));
    const outcomes: Record<string, Outcome[]> = { b: ['syntax_error', 'exception'] };
    for (const id of missing) await ledger.record(group(id, outcomes[id] ?? ['passed', 'exception']), {});
    for (const name of ['solutions', 'evaluations'] as const) {
      const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n').toSorted();
      expect(lines(files[name])).toEqual(lines(undisturbed[name]));
    }
    expect((await GroupLedger.open(files)).finished).toHaveLength(3);
  });

  test('a repair that was killed on the way is done again, and loses no group', async () => {
    const files = await threeGroups();
    // As if killed after solutions had been written anew without the first group, which is then missed.
    writeFileSync(files.solutions, readFileSync(files.solutions, 'utf8').split('\n').slice(2).join('\n'));
    const ledger = await GroupLedger.open(files, { repair: true });
    expect(ledger.redo.map(({ problemId }) => problemId)).toEqual(['a']);
    expect(samplesIn(files.evaluations)).toEqual(['b#0', 'b#1', 'c#0', 'c#1']);
  });

  test('one of an earlier version, without sums, is checked by what its lines are', async () => {
    const files = await threeGroups();
    const withoutSums = readFileSync(files.groups, 'utf8').replaceAll(/"\w+Sha256":"\w+",/g, '');
    writeFileSync(files.groups, withoutSums);
    expect((await GroupLedger.open(files)).finished).toHaveLength(3);
    lineOf(files.solutions, 2, half);
    expect((await GroupLedger.open(files, { repair: true })).redo).toMatchObject([{ problemId: 'b' }]);
  });
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
