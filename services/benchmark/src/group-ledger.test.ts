import { appendFileSync, readFileSync } from 'node:fs';
import type { JudgedGroup, Outcome } from '@leti/leti';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import { GroupLedger, readGroups } from './group-ledger.ts';
import { runFiles, type RunFiles } from './run-files.ts';

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
    })),
    evaluations: outcomes.map((outcome, sampleIndex) => ({
      programId: `${problemId}/${sampleIndex}`,
      outcome,
      feedback: '',
      exceptionType: '',
      failedTestIndex: undefined,
      cpuTimeMs: 1,
      wallTimeMs: 2,
      peakMemoryBytes: 3,
      outputBytes: 0,
    })),
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

async function filledLedger(): Promise<RunFiles> {
  const files = runFiles(temporaryFolder());
  const ledger = await GroupLedger.open(files);
  await ledger.record(group('a', ['passed', 'exception']), { sample: 1 });
  await ledger.record(group('b', ['syntax_error', 'exception']), { sample: 2, evaluate: 1 });
  await ledger.close();
  return files;
}

test('gives back what was recorded, with the time it had taken', async () => {
  const files = await filledLedger();
  const ledger = await GroupLedger.open(files);
  await ledger.close();
  expect(ledger.found).toEqual([
    { problemId: 'a', samples: 2, passed: 1, distinctPrograms: 2, outcomes: { passed: 1, exception: 1 } },
    { problemId: 'b', samples: 2, passed: 0, distinctPrograms: 2, outcomes: { syntax_error: 1, exception: 1 } },
  ]);
  expect(ledger.foundPhases).toEqual({ sample: 2, evaluate: 1 });
  expect(await readGroups(files)).toEqual(ledger.found);
});

test('drops what a crash left of an unfinished problem', async () => {
  const files = await filledLedger();
  const before = readFileSync(files.solutions, 'utf8');
  appendFileSync(files.solutions, before.split('\n')[0]!.replace('"a"', '"c"') + '\n');
  appendFileSync(files.evaluations, '{"problemId":"c","sampleIndex":0}\n{"problemId":"c","sam');
  appendFileSync(files.groups, '{"problemId":"c"');
  const ledger = await GroupLedger.open(files);
  await ledger.record(group('c', ['passed', 'passed']), {});
  await ledger.close();
  const samples = ['a#0', 'a#1', 'b#0', 'b#1', 'c#0', 'c#1'];
  expect(samplesIn(files.solutions)).toEqual(samples);
  expect(samplesIn(files.evaluations)).toEqual(samples);
  expect(readFileSync(files.solutions, 'utf8').startsWith(before)).toBe(true);
  expect((await readGroups(files)).map(({ problemId }) => problemId)).toEqual(['a', 'b', 'c']);
});

test('is empty when nothing was recorded', async () => {
  const files = runFiles(temporaryFolder());
  expect(await readGroups(files)).toEqual([]);
  const ledger = await GroupLedger.open(files);
  await ledger.close();
  expect([ledger.found, ledger.foundPhases]).toEqual([[], {}]);
});
