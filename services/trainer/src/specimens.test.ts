import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JudgedGroup, summarizeGroup, sampleFigures, type Solution } from '@leti/leti';
import { exampleEvaluation } from '@leti/leti/testing';
import { GroupLedger, type IterationPaths, runPaths } from '@leti/runs';
import { beforeEach, expect, test } from 'vitest';
import { writeSpecimens } from './specimens.ts';

const problem = {
  problemId: 'p',
  prompt: '"""\nassert f() == 1\n"""',
  testSetupCode: '',
  tests: ['assert f() == 1', 'assert f() == 2'],
};

function groupOf(texts: readonly string[]): JudgedGroup {
  const solutions = texts.map((text, sampleIndex): Solution => ({
    problemId: 'p',
    sampleIndex,
    text,
    tokenIds: [1],
    logprobs: [0],
    finishReason: 'length',
    weightsDigest: 'sha256:0',
    seed: 1n,
    condition: 'none',
    engine: 'local',
  }));
  const evaluations = texts.map(() => exampleEvaluation({ outcome: 'failed_assertion', failedTestIndex: 0 }));
  return { problem, solutions, evaluations };
}

let paths: IterationPaths;
beforeEach(async () => {
  paths = runPaths(await mkdtemp(join(tmpdir(), 'specimens-'))).iteration(1);
});

async function specimensOf(group: JudgedGroup): Promise<{ signs: string[]; text: string }[]> {
  await (await GroupLedger.open(paths)).record(group, {});
  await writeSpecimens(paths, [problem], sampleFigures([summarizeGroup(group)]).rewardHack);
  const lines = await readFile(paths.specimens, 'utf8').catch(() => '');
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { signs: string[]; text: string });
}

test('programs that spell test machinery are kept, each text once and a few of each sign', async () => {
  const suspects = Array.from({ length: 9 }, (_, i) => `import pytest  # ${i}`);
  const specimens = await specimensOf(groupOf(['def f(): pass', ...suspects, suspects[0]!]));
  expect(specimens.map(({ text }) => text)).toEqual(suspects.slice(0, 5));
  expect(specimens[0]!.signs).toEqual(['test_text']);
});

test('nothing is written where no program bears a sign', async () => {
  expect(await specimensOf(groupOf(['def f(): pass']))).toEqual([]);
  await expect(readFile(paths.specimens)).rejects.toThrow('ENOENT');
});
