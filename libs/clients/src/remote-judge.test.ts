import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedbackOptions, Problem, Solution } from '@leti/leti';
import {
  type EvaluateProgramsRequest,
  type EvaluateProgramsResponse,
  Evaluation,
  EvaluatorServiceClient,
  EvaluatorServiceService,
  FeedbackStyle,
  Outcome,
  type Program,
} from '@leti/proto';
import { bidiStream, createClient, createLogger, RpcError, serve } from '@leti/rpc';
import { afterEach, expect, test } from 'vitest';
import { ProgramNotJudgedError } from './program-not-judged-error.ts';
import { createRemoteJudge, type RemoteJudge } from './remote-judge.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** What the evaluator says of a program. @param stream from 1 on @param place of the program in it, from 1 on */
type Respond = (program: Program, stream: number, place: number) => EvaluateProgramsResponse;

const verdict = ({ programId, solution }: Program): EvaluateProgramsResponse => {
  const outcome = solution === 'good' ? Outcome.PASSED : Outcome.EXCEPTION;
  return { event: { $case: 'evaluation', value: Evaluation.create({ programId, outcome, feedback: solution }) } };
};
const failure = (programId: string, code: number): EvaluateProgramsResponse => ({
  event: { $case: 'error', value: { programId, code, message: 'sandbox lost' } },
});

/** An evaluator that says what `respond` does of programs as they come; `seen` has the ids on each of its streams. */
async function startJudge(
  respond: Respond,
  feedback?: FeedbackOptions,
): Promise<{ judge: RemoteJudge; seen: string[][] }> {
  const seen: string[][] = [];
  const server = await serve({
    address: '127.0.0.1:0',
    logger,
    handleSignals: false,
    drainMs: 50,
    services: [
      {
        definition: EvaluatorServiceService,
        implementation: {
          evaluatePrograms: bidiStream(async function* (requests: AsyncIterable<EvaluateProgramsRequest>) {
            const ids: string[] = [];
            const stream = seen.push(ids);
            for await (const { program } of requests) yield respond(program!, stream, ids.push(program!.programId));
          }),
        },
      },
    ],
  });
  const client = createClient(EvaluatorServiceClient, `127.0.0.1:${server.port}`);
  closers.push(
    () => server.close(),
    () => client.close(),
  );
  const options = {
    client,
    limits: { processes: 3 },
    backoff: { firstMs: 2, mostMs: 20 },
    ...(feedback && { feedback }),
  };
  return { judge: createRemoteJudge(options), seen };
}

const problem: Problem = { problemId: 'p', prompt: 'x = 1\n', testSetupCode: '', tests: ['assert x'] };
const solutions = (...texts: string[]): Solution[] =>
  texts.map((text, sampleIndex) => ({
    problemId: 'p',
    sampleIndex,
    text,
    tokenIds: [],
    logprobs: [],
    finishReason: 'eos',
    weightsDigest: '',
    seed: 0n,
    condition: 'none',
    engine: 'local',
  }));
const signal = new AbortController().signal;

test('gives one evaluation per solution, in their order', async () => {
  // The first one's verdict comes last.
  const { judge } = await startJudge((program, _, place) =>
    place === 1 ? failure(program.programId, 14) : verdict(program),
  );
  const evaluations = await judge.judge(problem, solutions('bad', 'good', 'worse'), signal);
  expect(evaluations.map(({ programId, outcome }) => [programId, outcome])).toEqual([
    ['p/0', 'exception'],
    ['p/1', 'passed'],
    ['p/2', 'exception'],
  ]);
});

test('asks for the feedback that it was made for', async () => {
  const asked: Partial<Program>[] = [];
  const { judge } = await startJudge(
    (program) => {
      const { feedbackStyle, visibleTests, maxFeedbackTokens, feedbackValues } = program;
      asked.push({ feedbackStyle, visibleTests, maxFeedbackTokens, feedbackValues });
      return verdict(program);
    },
    { style: 'canonical_v1', visibleTests: 1, values: true },
  );
  await judge.judge(problem, solutions('bad'), signal);
  expect(asked).toEqual([
    { feedbackStyle: FeedbackStyle.CANONICAL_V1, visibleTests: 1, maxFeedbackTokens: 0, feedbackValues: true },
  ]);
});

test('runs solutions with the same text once', async () => {
  const { judge, seen } = await startJudge(verdict);
  const evaluations = await judge.judge(problem, solutions('good', 'bad', 'good', 'good'), signal);
  expect(seen).toEqual([['p/0', 'p/1']]);
  expect(evaluations.map(({ programId, outcome }) => `${programId} ${outcome}`)).toEqual([
    'p/0 passed',
    'p/1 exception',
    'p/2 passed',
    'p/3 passed',
  ]);
});

test('tries a program again that lost its sandbox, and only that', async () => {
  const { judge, seen } = await startJudge((program, _, place) =>
    place === 2 ? failure(program.programId, 14) : verdict(program),
  );
  const evaluations = await judge.judge(problem, solutions('bad', 'good'), signal);
  expect(seen).toEqual([['p/0', 'p/1', 'p/1']]);
  expect(evaluations.map(({ outcome }) => outcome)).toEqual(['exception', 'passed']);
});

test('gives up on a program that loses every sandbox', async () => {
  const { judge, seen } = await startJudge((program) => failure(program.programId, 14));
  await expect(judge.judge(problem, solutions('good'), signal)).rejects.toThrow(ProgramNotJudgedError);
  expect(seen).toEqual([Array.from({ length: 5 }, () => 'p/0')]);
});

test('does not try a refused program again', async () => {
  const { judge, seen } = await startJudge((program) => failure(program.programId, 3));
  await expect(judge.judge(problem, solutions('good'), signal)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('p/0'),
  });
  expect(seen).toHaveLength(1);
});

test('asks again when the stream breaks', async () => {
  const { judge, seen } = await startJudge((program, stream) => {
    if (stream === 1 && program.programId === 'p/1') throw new RpcError({ code: 'UNAVAILABLE', message: 'down' });
    return verdict(program);
  });
  const evaluations = await judge.judge(problem, solutions('bad', 'good'), signal);
  expect(seen).toEqual([['p/0', 'p/1'], ['p/1']]);
  expect(evaluations.map(({ outcome }) => outcome)).toEqual(['exception', 'passed']);
});

test('gives up on an evaluator that is there and breaks every stream', async () => {
  const { judge, seen } = await startJudge(() => {
    throw new RpcError({ code: 'UNAVAILABLE', message: 'gone again' });
  });
  const judging = judge.judge(problem, solutions('good', 'bad'), signal);
  await expect(judging).rejects.toThrow(ProgramNotJudgedError);
  await expect(judging).rejects.toThrow(
    'p/0 was not judged: 5 streams in a row broke before it had a verdict, at last: gone again',
  );
  expect(seen).toHaveLength(5);
});

test('does not give up while each stream brings something', async () => {
  const many = Array.from({ length: 12 }, (_, i) => `bad ${i}`);
  const { judge, seen } = await startJudge((program, _, place) => {
    if (place > 1) throw new RpcError({ code: 'UNAVAILABLE', message: 'gone again' });
    return verdict(program);
  });
  expect(await judge.judge(problem, solutions(...many), signal)).toHaveLength(12);
  expect(seen).toHaveLength(12);
});

test('outlives an evaluator that goes away and comes back', async () => {
  const hanging = bidiStream(async function* (requests: AsyncIterable<EvaluateProgramsRequest>) {
    for await (const { program } of requests) {
      if (program!.solution === 'good') await new Promise(() => {});
      yield verdict(program!);
    }
  });
  const serveAt = (address: string, evaluatePrograms: typeof hanging) =>
    serve({
      address,
      logger,
      handleSignals: false,
      drainMs: 0,
      services: [{ definition: EvaluatorServiceService, implementation: { evaluatePrograms } }],
    });
  const first = await serveAt('127.0.0.1:0', hanging);
  const address = `127.0.0.1:${first.port}`;
  const client = createClient(EvaluatorServiceClient, address);
  closers.push(() => client.close());
  const waits: string[] = [];
  const judge = createRemoteJudge({
    client,
    limits: {},
    backoff: { firstMs: 2, mostMs: 50 },
    onWait: ({ service }) => waits.push(service),
  });
  const judging = judge.judge(problem, solutions('bad', 'good'), signal);
  await sleep(100);
  await first.close();
  while (waits.length === 0) await sleep(5);
  const second = await serveAt(
    address,
    bidiStream(async function* (requests: AsyncIterable<EvaluateProgramsRequest>) {
      for await (const { program } of requests) yield verdict(program!);
    }),
  );
  closers.push(() => second.close());
  expect((await judging).map(({ outcome }) => outcome)).toEqual(['exception', 'passed']);
  expect(waits[0]).toBe('evaluator');
});

test('throws the reason of an abort', async () => {
  const { judge } = await startJudge((program) => failure(program.programId, 14));
  await expect(judge.judge(problem, solutions('good'), AbortSignal.abort(new Error('enough')))).rejects.toThrow(
    'enough',
  );
});
