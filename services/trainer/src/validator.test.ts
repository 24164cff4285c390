import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { passAt1, PhaseClock, type SampleRequest, type Sampler, sampleSeed, type Solution } from '@leti/leti';
import { exampleEvaluation } from '@leti/leti/testing';
import { runPaths } from '@leti/runs';
import { expect, test } from 'vitest';
import { createValidator } from './validator.ts';

const problems = ['a', 'b', 'c'].map((problemId) => ({
  problemId,
  prompt: '',
  testSetupCode: '',
  tests: ['assert f()'],
}));
const checkpoint = { path: '/base', digest: 'sha256:0' };
const never = new AbortController().signal;

/** Every solution is its seed; those of problem a pass. */
async function world() {
  const requests: SampleRequest[] = [];
  let failAt = Number.POSITIVE_INFINITY;
  let sampled = 0;
  const sampler: Sampler = {
    async *sample(request) {
      requests.push(request);
      for (const problem of request.problems) {
        if (++sampled >= failAt) throw new Error('the generator is gone');
        const solutions = Array.from({ length: request.samplesPerProblem }, (_, sampleIndex): Solution => {
          const seed = sampleSeed(request.seed, problem.problemId, sampleIndex);
          const more = { finishReason: 'length', engine: 'local', weightsDigest: checkpoint.digest } as const;
          const { condition } = request;
          return { problemId: problem.problemId, sampleIndex, text: `${seed}`, tokenIds: [1], logprobs: [0], seed, condition, ...more }; // prettier-ignore
        });
        yield { problem, solutions };
      }
    },
  };
  const clock = new PhaseClock(() => performance.now());
  const validator = createValidator({
    paths: runPaths(await mkdtemp(join(tmpdir(), 'validator-'))),
    problems,
    samplesPerProblem: 2,
    seed: 7n,
    sampler,
    judge: {
      judge: async ({ problemId }, solutions) =>
        solutions.map(() => exampleEvaluation({ outcome: problemId === 'a' ? 'passed' : 'exception' })),
    },
    clock,
  });
  return { validator, requests, clock, failFrom: (at: number) => void (failAt = sampled + at) };
}

test('scores each condition apart, with an interval over problems', async () => {
  const { validator, requests } = await world();
  const score = await validator.validate(1, checkpoint, 'good', never);
  expect(score).toMatchObject({ condition: 'good', outcomes: { passed: 2, exception: 4 } });
  expect(passAt1(score)).toBeCloseTo(1 / 3);
  expect(score.passAtK[0]!.low).toBeLessThan(1 / 3);
  await validator.validate(1, checkpoint, 'bad', never);
  await validator.validate(2, checkpoint, 'good', never);
  expect(new Set(requests.map(({ seed }) => seed)).size).toBe(3);
  expect(requests.map(({ condition }) => condition)).toEqual(['good', 'bad', 'good']);
});

test('goes on after an interruption, and gives back at once what it has found', async () => {
  const { validator, requests, failFrom } = await world();
  failFrom(2);
  await expect(validator.validate(1, checkpoint, 'good', never)).rejects.toThrow('the generator is gone');
  failFrom(Number.POSITIVE_INFINITY);
  const score = await validator.validate(1, checkpoint, 'good', never);
  expect(requests[1]!.problems.map(({ problemId }) => problemId)).toEqual(['b', 'c']);
  expect(await validator.validate(1, checkpoint, 'good', never)).toEqual(score);
  expect(requests).toHaveLength(2);
});
