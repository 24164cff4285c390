import type { SampleRequest, Sampler } from '@leti/leti';
import { expect, test } from 'vitest';
import { createTotalTokensSampler } from './total-tokens-sampler.ts';

const problemOf = (problemId: string, promptTokens: number) => ({
  problemId,
  prompt: 'x'.repeat(promptTokens),
  testSetupCode: '',
  tests: ['assert f()'],
});
const requestOf = (more: Partial<SampleRequest>): SampleRequest => ({
  iteration: 1,
  checkpoint: { path: '/base', digest: 'sha256:0' },
  condition: 'good',
  seed: 1n,
  problems: [],
  samplesPerProblem: 2,
  ...more,
});

/** The calls that samplers got, as `new tokens: problems`, and the groups that came. */
async function sample(request: SampleRequest, maxNewTokens = 1000) {
  const calls: string[] = [];
  const sampler = createTotalTokensSampler({
    totalTokens: 512,
    maxNewTokens,
    countTokens: (text) => text.length,
    samplerOf: (tokens): Sampler => ({
      async *sample({ problems }) {
        calls.push(`${tokens}: ${problems.map(({ problemId }) => problemId).join(' ')}`);
        for (const problem of problems) yield { problem, solutions: [] };
      },
    }),
  });
  const groups = [];
  for await (const group of sampler.sample(request, new AbortController().signal)) groups.push(group);
  return { calls, groups };
}

test('a prompt with its reward token, padded to 128, leaves the rest of the total; equal rests share a call', async () => {
  const problems = [problemOf('a', 10), problemOf('b', 127), problemOf('c', 128), problemOf('d', 300)];
  expect((await sample(requestOf({ problems }))).calls).toEqual(['128: d', '256: c', '384: a b']);
  expect((await sample(requestOf({ problems, condition: 'none' }))).calls).toEqual(['128: d', '384: a b c']);
  expect((await sample(requestOf({ problems }), 200)).calls).toEqual(['128: d', '200: a b c']);
});

test('a prompt that leaves nothing has empty solutions, sampled by nobody', async () => {
  const { calls, groups } = await sample(requestOf({ problems: [problemOf('long', 500)] }));
  expect(calls).toEqual([]);
  expect(groups[0]!.solutions).toMatchObject([
    { sampleIndex: 0, text: '', tokenIds: [], finishReason: 'length', weightsDigest: 'sha256:0', condition: 'good' },
    { sampleIndex: 1, text: '' },
  ]);
  expect(new Set(groups[0]!.solutions.map(({ seed }) => seed)).size).toBe(2);
});
