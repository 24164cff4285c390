import type { Program } from '@leti/leti';
import {
  type EvaluateProgramsRequest,
  type EvaluateProgramsResponse,
  Evaluation,
  EvaluatorServiceClient,
  EvaluatorServiceService,
  Outcome,
} from '@leti/proto';
import { bidiStream, createClient, createLogger, RpcError, serve, type StatusCode } from '@leti/rpc';
import { afterEach, expect, test } from 'vitest';
import { judgePrograms } from './judge-programs.ts';
import type { Judged } from './outgoing-programs.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

type Serve = (
  requests: AsyncIterable<EvaluateProgramsRequest>,
  stream: number,
) => AsyncIterable<EvaluateProgramsResponse>;

/** Ends every stream with a status. */
const broken = (code: StatusCode, message: string): Serve =>
  async function* () {
    yield* [];
    throw new RpcError({ code, message });
  };

const passed = (programId: string): EvaluateProgramsResponse => ({
  event: { $case: 'evaluation', value: Evaluation.create({ programId, outcome: Outcome.PASSED }) },
});
const failed = (programId: string, code: number): EvaluateProgramsResponse => ({
  event: { $case: 'error', value: { programId, code, message: 'sandbox lost' } },
});

/** An evaluator of which the test says what each of its streams does. */
async function startEvaluator(handle: Serve) {
  let streams = 0;
  const server = await serve({
    address: '127.0.0.1:0',
    logger,
    handleSignals: false,
    drainMs: 50,
    services: [
      {
        definition: EvaluatorServiceService,
        implementation: {
          evaluatePrograms: bidiStream((requests: AsyncIterable<EvaluateProgramsRequest>) =>
            handle(requests, ++streams),
          ),
        },
      },
    ],
  });
  const client = createClient(EvaluatorServiceClient, `127.0.0.1:${server.port}`);
  closers.push(
    () => server.close(),
    () => client.close(),
  );
  return {
    server,
    judge: (programs: AsyncIterable<Program>, options: Partial<Parameters<typeof judgePrograms>[0]> = {}) =>
      judgePrograms({
        client,
        programs,
        signal: new AbortController().signal,
        mostWaits: 3,
        backoff: { firstMs: 2, mostMs: 10 },
        ...options,
      }),
  };
}

async function* programs(count: number, onNext: (place: number) => void = () => {}): AsyncGenerator<Program> {
  for (let i = 0; i < count; i++) {
    onNext(i);
    yield { programId: String(i), prompt: '', solution: 'x', testSetupCode: '', tests: ['t'], limits: {} };
  }
}

async function idsOf(judged: AsyncIterable<Judged>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { programId } of judged) ids.push(programId);
  return ids;
}

/** Those without a verdict: id, code and reason. */
const failuresOf = (all: readonly Judged[]): string[] =>
  all.flatMap((each) => ('error' in each ? [`${each.programId} ${each.error.code} ${each.error.reason}`] : []));
const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
const sorted = (ids: readonly string[]): string[] => ids.toSorted((a, b) => Number(a) - Number(b));

test('gives one verdict per program', async () => {
  const { judge } = await startEvaluator(async function* (requests) {
    for await (const { program } of requests) yield passed(program!.programId);
  });
  expect(await idsOf(judge(programs(500)))).toEqual(numbers(500));
});

test('goes on with a new stream when one breaks, and gives no verdict twice', async () => {
  const { judge } = await startEvaluator(async function* (requests, stream) {
    let judged = 0;
    for await (const { program } of requests) {
      if (stream < 4 && ++judged > 10) throw new RpcError({ code: 'UNAVAILABLE', message: 'restarting' });
      yield passed(program!.programId);
    }
  });
  const ids = await idsOf(judge(programs(100)));
  expect(sorted(ids)).toEqual(numbers(100));
});

test('sends a program again whose sandbox was lost, while others go on', async () => {
  const seen: string[] = [];
  const { judge } = await startEvaluator(async function* (requests) {
    for await (const { program } of requests) {
      const id = program!.programId;
      yield id === '3' && !seen.includes(id) ? failed(id, 14) : passed(id);
      seen.push(id);
    }
  });
  const ids = await idsOf(judge(programs(10), { backoff: { firstMs: 200, mostMs: 200 } }));
  expect(sorted(ids)).toEqual(numbers(10));
  expect(ids.at(-1)).toBe('3');
});

test('tells of a program that loses every sandbox, and of one that is refused, and judges the others', async () => {
  const { judge } = await startEvaluator(async function* (requests) {
    for await (const { program } of requests) {
      const id = program!.programId;
      yield id === '1' ? failed(id, 14) : id === '2' ? failed(id, 3) : passed(id);
    }
  });
  const all: Judged[] = [];
  for await (const judged of judge(programs(5))) all.push(judged);
  expect(failuresOf(all).toSorted()).toEqual(['1 14 sandbox lost', '2 3 sandbox lost']);
  expect(all).toHaveLength(5);
});

test('sends a program again though the source waits for its verdict', async () => {
  let failures = 0;
  const { judge } = await startEvaluator(async function* (requests) {
    for await (const { program } of requests) {
      const id = program!.programId;
      yield id === '0' && failures++ === 0 ? failed(id, 14) : passed(id);
    }
  });
  const ids: string[] = [];
  async function* inTurn(): AsyncGenerator<Program> {
    for await (const program of programs(3)) {
      yield program;
      await expect.poll(() => ids).toContain(program.programId);
    }
  }
  for await (const { programId } of judge(inTurn())) ids.push(programId);
  expect(ids).toEqual(numbers(3));
});

test('tells of programs that were there when five streams in a row broke, and judges the others', async () => {
  const { judge } = await startEvaluator(async function* (requests, stream) {
    for await (const { program } of requests) {
      if (stream <= 5) throw new RpcError({ code: 'UNAVAILABLE', message: 'gone again' });
      yield passed(program!.programId);
    }
  });
  async function* slowly(): AsyncGenerator<Program> {
    yield* programs(1);
    await expect.poll(() => all, { timeout: 10_000 }).toHaveLength(1);
    yield* rest();
  }
  async function* rest(): AsyncGenerator<Program> {
    for await (const program of programs(3)) if (program.programId !== '0') yield program;
  }
  const all: Judged[] = [];
  for await (const judged of judge(slowly(), { mostWaits: 10 })) all.push(judged);
  expect(all.map(({ programId }) => programId)).toEqual(numbers(3));
  expect(failuresOf(all)).toEqual(['0 14 5 streams in a row broke before it had a verdict, at last: gone again']);
});

test('refuses two programs of one id, of which only one could be judged', async () => {
  const { judge } = await startEvaluator(async function* (requests) {
    for await (const _ of requests) yield* [];
  });
  async function* twice(): AsyncGenerator<Program> {
    yield* programs(2);
    yield* programs(1);
  }
  await expect(idsOf(judge(twice()))).rejects.toThrow('programs: expected distinct ids, got "0" twice');
});

test('ends its stream and its source when its reader leaves', async () => {
  const ended: string[] = [];
  const { judge } = await startEvaluator(async function* (requests) {
    try {
      for await (const { program } of requests) yield passed(program!.programId);
    } finally {
      ended.push('stream');
    }
  });
  async function* endless(): AsyncGenerator<Program> {
    try {
      yield* programs(1_000_000);
    } finally {
      ended.push('source');
    }
  }
  for await (const _ of judge(endless())) break;
  await expect.poll(() => ended.toSorted(), { timeout: 10_000 }).toEqual(['source', 'stream']);
});

test('throws when the evaluator stays away', async () => {
  const { judge } = await startEvaluator(broken('UNAVAILABLE', 'gone'));
  await expect(idsOf(judge(programs(5)))).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'gone' });
});

test('throws what is no outage at once', async () => {
  const { judge } = await startEvaluator(broken('UNIMPLEMENTED', 'no such method'));
  await expect(idsOf(judge(programs(5)))).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
});

test('throws what the source of programs throws', async () => {
  const { judge } = await startEvaluator(async function* (requests) {
    for await (const { program } of requests) yield passed(program!.programId);
  });
  const source = programs(100, (i) => {
    if (i === 50) throw new Error('line 51 is no sample');
  });
  await expect(idsOf(judge(source))).rejects.toThrow('line 51 is no sample');
});

test('asks for no more programs than the evaluator takes', async () => {
  let asked = 0;
  const { judge } = await startEvaluator(async function* (requests, stream) {
    for await (const { program } of requests) {
      yield passed(program!.programId);
      if (stream > 0) await new Promise(() => {});
    }
  });
  async function* large(): AsyncGenerator<Program> {
    for await (const program of programs(10_000, (i) => (asked = i)))
      yield { ...program, solution: 'x'.repeat(50_000) };
  }
  const abort = new AbortController();
  const all = idsOf(judge(large(), { signal: abort.signal }));
  await expect.poll(() => asked).toBeGreaterThan(1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(asked).toBeLessThan(300);
  abort.abort(new Error('enough'));
  await expect(all).rejects.toThrow('enough');
});
