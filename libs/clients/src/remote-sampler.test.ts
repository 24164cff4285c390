import { setTimeout as sleep } from 'node:timers/promises';
import type { SampleRequest } from '@leti/leti';
import {
  GeneratorServiceClient,
  GeneratorServiceService,
  Model,
  type SampleSolutionsRequest,
  type SampleSolutionsResponse,
  Solution,
} from '@leti/proto';
import { createClient, createLogger, RpcError, serve, serverStream, unary, type RunningServer } from '@leti/rpc';
import { afterEach, expect, test } from 'vitest';
import { createRemoteSampler, type RemoteSampler } from './remote-sampler.ts';
import type { Wait } from './patience.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const logger = createLogger({ name: 'test', level: 'silent' });
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** What a generator is asked and how it answers; everything else about it is real. */
interface Script {
  readonly loads: string[];
  readonly asked: string[][];
  load(path: string): Model;
  sample(request: SampleSolutionsRequest, call: number): AsyncGenerator<SampleSolutionsResponse>;
}

function solution(problemId: string, sampleIndex: number, weightsDigest = DIGEST): SampleSolutionsResponse {
  const value = Solution.create({
    problemId,
    sampleIndex,
    text: `${problemId}:${sampleIndex}`,
    finishReason: 1,
    weightsDigest,
  });
  return { event: { $case: 'solution', value } };
}

async function* everything(request: SampleSolutionsRequest): AsyncGenerator<SampleSolutionsResponse> {
  for (const { problemId } of request.problems.toReversed()) {
    for (let i = 0; i < request.samplesPerProblem; i++) yield solution(problemId, i);
  }
}

function script(sample: Script['sample'] = everything): Script {
  return {
    loads: [],
    asked: [],
    load: (path) => Model.create({ checkpoint: { path, digest: DIGEST } }),
    sample,
  };
}

async function startGenerator(generator: Script, address = '127.0.0.1:0'): Promise<RunningServer> {
  const server = await serve({
    address,
    logger,
    handleSignals: false,
    drainMs: 50,
    services: [
      {
        definition: GeneratorServiceService,
        implementation: {
          loadCheckpoint: unary(({ checkpoint }: { checkpoint?: { path: string } }) => {
            generator.loads.push(checkpoint!.path);
            return generator.load(checkpoint!.path);
          }),
          sampleSolutions: serverStream((request: SampleSolutionsRequest) => {
            generator.asked.push(request.problems.map(({ problemId }) => problemId));
            return generator.sample(request, generator.asked.length);
          }),
        },
      },
    ],
  });
  closers.push(() => server.close());
  return server;
}

function samplerOf(port: number, onWait: (wait: Wait) => void = () => {}): RemoteSampler {
  const client = createClient(GeneratorServiceClient, `127.0.0.1:${port}`);
  closers.push(() => client.close());
  const sampling = { temperature: 1, topP: 1, topK: 0, maxNewTokens: 8, stop: [], cleanUpSpaces: false };
  return createRemoteSampler({ client, sampling, onWait, backoff: { firstMs: 5, mostMs: 50 } });
}

function request(ids: readonly string[]): Omit<SampleRequest, 'iteration'> {
  const problems = ids.map((problemId) => ({ problemId, prompt: 'x', testSetupCode: '', tests: [] }));
  return {
    problems,
    samplesPerProblem: 2,
    condition: 'none',
    seed: 1n,
    checkpoint: { path: 'folder', digest: DIGEST },
  };
}

async function sampleAll(
  sampler: RemoteSampler,
  ids: readonly string[],
  signal = new AbortController().signal,
): Promise<string[]> {
  const groups: string[] = [];
  for await (const { problem, solutions } of sampler.sample(request(ids), signal)) {
    groups.push(`${problem.problemId} ${solutions.map(({ text }) => text).join(' ')}`);
  }
  return groups;
}

test('yields each problem with its solutions in order, after loading the checkpoint', async () => {
  const generator = script();
  const { port } = await startGenerator(generator);
  expect(await sampleAll(samplerOf(port), ['a', 'b'])).toEqual(['b b:0 b:1', 'a a:0 a:1']);
  expect(generator.loads).toEqual(['folder']);
});

test.each(['OTHER_WEIGHTS_LOADED', 'NO_CHECKPOINT_LOADED'])(
  'loads again after %s and asks only for what is missing',
  async (reason) => {
    const generator = script(async function* (asked, call) {
      if (call === 1) {
        yield solution('b', 0);
        yield solution('b', 1);
        yield solution('a', 0);
        throw new RpcError({ code: 'FAILED_PRECONDITION', reason, message: 'the weights are gone' });
      }
      yield* everything(asked);
    });
    const { port } = await startGenerator(generator);
    expect(await sampleAll(samplerOf(port), ['a', 'b', 'c'])).toEqual(['b b:0 b:1', 'c c:0 c:1', 'a a:0 a:1']);
    expect(generator.asked).toEqual([
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
    expect(generator.loads).toHaveLength(2);
  },
);

test('outlives a generator that goes away and comes back', async () => {
  const blocked = script(async function* (_request, _call) {
    yield solution('a', 0);
    yield solution('a', 1);
    await new Promise(() => {});
  });
  const first = await startGenerator(blocked);
  const waits: Wait[] = [];
  const sampler = samplerOf(first.port, (wait) => waits.push(wait));
  const groups: string[] = [];
  const reading = (async () => {
    for await (const { problem } of sampler.sample(request(['a', 'b']), new AbortController().signal)) {
      groups.push(problem.problemId);
    }
  })();
  while (groups.length === 0) await sleep(5);
  await first.close();
  while (waits.length === 0) await sleep(5);
  const back = script();
  await startGenerator(back, `127.0.0.1:${first.port}`);
  await reading;
  expect(groups).toEqual(['a', 'b']);
  expect(back.asked).toEqual([['b']]);
  expect(waits[0]).toMatchObject({ service: 'generator', attempt: 1 });
});

test.each([
  ['INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
  ['FAILED_PRECONDITION', 'ENDPOINT_LACKS_MODEL'],
  ['FAILED_PRECONDITION', ''],
] as const)('throws %s %s at once, which waiting cannot cure', async (code, reason) => {
  // oxlint-disable-next-line require-yield -- a stream that fails at once
  const generator = script(async function* () {
    throw new RpcError({ code, reason, message: 'no' });
  });
  const { port } = await startGenerator(generator);
  const waits: Wait[] = [];
  const failing = sampleAll(
    samplerOf(port, (wait) => waits.push(wait)),
    ['a'],
  );
  await expect(failing).rejects.toMatchObject({ code, reason });
  expect([generator.asked, waits]).toEqual([[['a']], []]);
});

test('throws when the checkpoint itself is refused', async () => {
  const generator = {
    ...script(),
    load: () => {
      throw new RpcError({ code: 'FAILED_PRECONDITION', reason: 'DIGEST_MISMATCH', message: 'another digest' });
    },
  };
  const { port } = await startGenerator(generator);
  await expect(sampleAll(samplerOf(port), ['a'])).rejects.toMatchObject({ reason: 'DIGEST_MISMATCH' });
});

test('throws the reason of an abort, also while it waits', async () => {
  const abort = new AbortController();
  const sampler = samplerOf(1, () => abort.abort(new Error('enough')));
  await expect(sampleAll(sampler, ['a'], abort.signal)).rejects.toThrow('enough');
});

test('refuses solutions out of order', async () => {
  const generator = script(async function* () {
    yield solution('a', 1);
  });
  const { port } = await startGenerator(generator);
  await expect(sampleAll(samplerOf(port), ['a'])).rejects.toThrow('sample 1 of a out of order');
});

test('refuses solutions of other weights than it asked for', async () => {
  const generator = script(async function* () {
    yield solution('a', 0, `sha256:${'2'.repeat(64)}`);
  });
  const { port } = await startGenerator(generator);
  await expect(sampleAll(samplerOf(port), ['a'])).rejects.toThrow(
    `from weights sha256:${'2'.repeat(64)}, want ${DIGEST}`,
  );
  const unnamed = script(async function* () {
    yield solution('a', 0, '');
  });
  const { port: other } = await startGenerator(unnamed);
  await expect(sampleAll(samplerOf(other), ['a'])).rejects.toThrow('from weights unnamed');
});

test.each([
  ['no digest', Model.create(), 'got none'],
  ['another digest', Model.create({ checkpoint: { path: 'folder', digest: 'sha256:2' } }), 'got sha256:2'],
])('refuses a load that is answered with %s', async (_name, model, message) => {
  const generator = { ...script(), load: () => model };
  const { port } = await startGenerator(generator);
  await expect(sampleAll(samplerOf(port), ['a'])).rejects.toThrow(`LoadCheckpoint of folder: want ${DIGEST} in the answer, ${message}`); // prettier-ignore
  expect(generator.asked).toEqual([]);
});

test('asks for nothing when there are no problems', async () => {
  const generator = script();
  const { port } = await startGenerator(generator);
  expect(await sampleAll(samplerOf(port), [])).toEqual([]);
  expect(generator.loads).toEqual([]);
});
