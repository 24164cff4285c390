import type { Problem, Solution } from '@leti/leti';
import { Problem as ProtoProblem, SampleSolutionsRequest } from '@leti/proto';
import { expect, test } from 'vitest';
import { sampleSolutions } from './sample-solutions.ts';
import type { Engine, ProblemSampling } from './engine.ts';

const signal = new AbortController().signal;

/** A model that answers when told to, and shows what it was asked. */
function standIn(): {
  readonly engine: Engine;
  readonly asked: string[];
  readonly answer: (problemId: string) => void;
  readonly fail: (problemId: string) => void;
  readonly aborted: () => boolean;
} {
  const asked: string[] = [];
  const answers = new Map<string, PromiseWithResolvers<readonly Solution[]>>();
  let seen: AbortSignal | undefined;
  const engine = {
    windowSamples: 8,
    require: () => ({ maxSequenceTokens: 64 }),
    countPromptTokens: (prompts: readonly string[]) => Promise.resolve(prompts.map(() => 1)),
    sample: ({ problemId }: Problem, indexes: readonly number[], how: ProblemSampling, stop: AbortSignal) => {
      asked.push(problemId);
      seen = stop;
      const waiting = Promise.withResolvers<readonly Solution[]>();
      answers.set(problemId, waiting);
      stop.addEventListener('abort', () => waiting.reject(stop.reason));
      return waiting.promise.then(() =>
        indexes.map((sampleIndex): Solution => ({
          problemId,
          sampleIndex,
          text: '',
          tokenIds: [],
          logprobs: [],
          finishReason: 'eos',
          weightsDigest: '',
          seed: how.seed,
          condition: 'none',
          engine: 'local',
        })),
      );
    },
  } as unknown as Engine;
  return {
    engine,
    asked,
    answer: (problemId) => answers.get(problemId)!.resolve([]),
    fail: (problemId) => answers.get(problemId)!.reject(new Error('broken')),
    aborted: () => seen?.aborted === true,
  };
}

const request = (count: number): SampleSolutionsRequest =>
  SampleSolutionsRequest.create({
    problems: Array.from({ length: count }, (_, i) => ProtoProblem.create({ problemId: `p${i}`, prompt: 'x' })),
    samplesPerProblem: 4,
    sampling: { temperature: 1, maxNewTokens: 1 },
  });

test('asks for no more than its window, and for the next problem only when one has been taken', async () => {
  const { engine, asked, answer } = standIn();
  const stream = sampleSolutions(request(5), engine, signal);
  const first = stream.next();
  await new Promise(setImmediate);
  expect(asked).toEqual(['p0', 'p1']);
  answer('p1');
  expect((await first).value!.event!.value.problemId).toBe('p1');
  for (let i = 0; i < 3; i++) await stream.next();
  await new Promise(setImmediate);
  expect(asked).toEqual(['p0', 'p1']); // the client holds p1's last solution
  const next = stream.next();
  await new Promise(setImmediate);
  expect(asked).toEqual(['p0', 'p1', 'p2']);
  answer('p0');
  expect((await next).value!.event!.value.problemId).toBe('p0');
  await stream.return(undefined);
});

test('abandons the other problems when one fails', async () => {
  const { engine, fail, aborted } = standIn();
  const stream = sampleSolutions(request(5), engine, signal);
  const failing = stream.next().catch((error: unknown) => error);
  await new Promise(setImmediate);
  fail('p0');
  expect(await failing).toEqual(new Error('broken'));
  expect(aborted()).toBe(true);
});
