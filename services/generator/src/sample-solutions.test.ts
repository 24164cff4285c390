import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem, SampleSolutionsRequest, SamplingParameters } from '@leti/proto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import { LocalEngine } from './local-engine.ts';
import { sampleSolutions } from './sample-solutions.ts';
import { silentLogger, TINY_CHECKPOINT } from './testing/generator-fixture.ts';

const NEVER = new AbortController().signal;
const sampling = SamplingParameters.create({ temperature: 1, maxNewTokens: 4 });

let engine: LocalEngine;
beforeAll(async () => {
  // So little memory that of the 64 rows that are wanted only some have room.
  const { size } = await stat(join(TINY_CHECKPOINT, 'model.safetensors'));
  engine = new LocalEngine({ logger: silentLogger, rows: 64, memoryBytes: size + 500_000, lanes: 1 });
  await engine.load({ path: TINY_CHECKPOINT, digest: undefined }, NEVER);
});
afterAll(() => engine.close());

/** The engine, and what it is asked for; a problem named `broken` fails when the second has been asked for. */
function watched(): { readonly engine: Engine; readonly asked: string[]; readonly signals: AbortSignal[] } {
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  const failing = Promise.withResolvers<never>();
  failing.promise.catch(() => {}); // nobody may ask for it
  const watching: Engine = {
    state: 'ready',
    workerPid: undefined,
    require: (digest) => engine.require(digest),
    load: (checkpoint, signal) => engine.load(checkpoint, signal),
    plan: (request, signal) => engine.plan(request, signal),
    sample: (problem, indexes, how, signal) => {
      asked.push(problem.problemId);
      signals.push(signal);
      if (asked.length === 2) failing.reject(new Error('broken'));
      return problem.problemId === 'broken' ? failing.promise : engine.sample(problem, indexes, how, signal);
    },
    score: (texts, digest, signal) => engine.score(texts, digest, signal),
    close: () => engine.close(),
  };
  return { engine: watching, asked, signals };
}

const request = (ids: readonly string[], samplesPerProblem: number): SampleSolutionsRequest =>
  SampleSolutionsRequest.create({
    problems: ids.map((problemId) => Problem.create({ problemId, prompt: 'x' })),
    samplesPerProblem,
    sampling,
  });
const named = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}`);

test.each([1, 4])('asks for two batches of the rows that have room, %i samples a problem', async (n) => {
  const { engine: watching, asked } = watched();
  const prompts = { prompts: ['x'], condition: 'none', samplesPerPrompt: n } as const;
  const sampled = { temperature: 1, topP: 1, topK: 0, maxNewTokens: 4, stop: [], cleanUpSpaces: false };
  const { windowSamples } = await engine.plan({ ...prompts, sampling: sampled }, NEVER);
  expect(windowSamples).toBeLessThan(2 * 64);
  expect(windowSamples).toBeGreaterThan(2);
  const stream = sampleSolutions(request(named(200), n), watching, NEVER);
  await stream.next();
  expect(asked).toHaveLength(Math.ceil(windowSamples / n));
  await stream.return(undefined);
});

test('asks for two problems at least, and for the next only when one has been taken', async () => {
  const { engine: watching, asked } = watched();
  const stream = sampleSolutions(request(named(4), 128), watching, NEVER);
  await stream.next();
  await sleep(50); // a client that reads slowly
  expect(asked).toEqual(['p0', 'p1']);
  for (let i = 1; i < 128; i++) await stream.next();
  expect(asked).toEqual(['p0', 'p1']); // the client holds the last solution of the first problem
  await stream.next();
  expect(asked).toEqual(['p0', 'p1', 'p2']);
  await stream.return(undefined);
});

test('abandons the other problems when one fails', async () => {
  const { engine: watching, signals } = watched();
  const stream = sampleSolutions(request(['broken', ...named(4)], 256), watching, NEVER);
  await expect(stream.next()).rejects.toThrow('broken');
  expect(signals.length).toBeGreaterThan(1);
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});
