import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { CallContext } from './call-context.ts';
import { InvalidArgumentError } from './invalid-argument-error.ts';
import { RpcError } from './rpc-error.ts';
import { statusRow } from './status-table.ts';
import { collect, smallClient, smallServer } from './testing/small-service.ts';

class TrayEmptyError extends Error {
  readonly tray: number;
  constructor(tray: number) {
    super(`tray ${tray} is empty`);
    this.tray = tray;
  }
}
class LowerTrayEmptyError extends TrayEmptyError {}

const statuses = [
  statusRow(LowerTrayEmptyError, { code: 'UNAVAILABLE', reason: 'LOWER_TRAY_EMPTY' }),
  statusRow(TrayEmptyError, {
    code: 'FAILED_PRECONDITION',
    reason: 'TRAY_EMPTY',
    metadata: ({ tray }) => ({ tray: String(tray) }),
    violations: ({ tray }) => [{ field: 'tray', description: `must not be ${tray}` }],
  }),
];
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
/** Resolves when the call's signal aborts, with its reason. */
const aborted = ({ signal }: CallContext): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));

describe('a handler that throws', () => {
  const cases: [string, Error, Partial<RpcError>][] = [
    [
      'an error of the table',
      new TrayEmptyError(2),
      {
        code: 'FAILED_PRECONDITION',
        reason: 'TRAY_EMPTY',
        message: 'tray 2 is empty',
        metadata: { tray: '2' },
        violations: [{ field: 'tray', description: 'must not be 2' }],
      },
    ],
    ['a sub-class with a row above', new LowerTrayEmptyError(3), { code: 'UNAVAILABLE', reason: 'LOWER_TRAY_EMPTY' }],
    [
      'InvalidArgumentError',
      new InvalidArgumentError([
        { field: 'n', description: 'must be >= 1, got 0' },
        { field: 'sampling.temperature', description: 'must be >= 0, got -1' },
      ]),
      {
        code: 'INVALID_ARGUMENT',
        reason: 'INVALID_ARGUMENT',
        message: 'n must be >= 1, got 0; sampling.temperature must be >= 0, got -1',
        violations: [
          { field: 'n', description: 'must be >= 1, got 0' },
          { field: 'sampling.temperature', description: 'must be >= 0, got -1' },
        ],
      },
    ],
    [
      'RpcError',
      new RpcError({ code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL', message: 'come again' }),
      { code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL', message: 'come again' },
    ],
    [
      'text that headers cannot carry',
      new TrayEmptyError('\ud800 "ü%\n' as never),
      { code: 'FAILED_PRECONDITION', message: 'tray \ufffd "ü%\n is empty' },
    ],
    [
      'a message longer than headers may be',
      new RpcError({ code: 'ABORTED', message: 'x'.repeat(1_000_000) }),
      { code: 'ABORTED', message: `${'x'.repeat(2047)}…` },
    ],
  ];

  test.each(cases)('ends a unary call with its status: %s', async (_, thrown, expected) => {
    const { address } = await smallServer({ one: () => Promise.reject(thrown) }, { statuses });
    const error = await failure(smallClient(address).one('a'));
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject(expected);
  });

  test.each(cases)('ends a stream with its status, after what it gave: %s', async (_, thrown, expected) => {
    async function* many(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      throw thrown;
    }
    const { address } = await smallServer({ many }, { statuses });
    const seen: number[] = [];
    expect(await failure(collect(smallClient(address).many('a'), seen))).toMatchObject(expected);
    expect(seen).toEqual([1, 2]);
  });

  test('keeps an unknown error inside, and logs it with its cause', async () => {
    const thrown = new Error('password is 1234', { cause: new Error('the root') });
    const { address, lines } = await smallServer({ one: () => Promise.reject(thrown) });
    const error = (await failure(smallClient(address).one('a'))) as RpcError;
    expect(error).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL', message: 'internal error; see the log' });
    const line = lines.find(({ event }) => event === 'call_failed');
    expect(line).toMatchObject({ level: 'error', method: 'leti.v1.EvaluatorService/EvaluateProgram' });
    expect(JSON.stringify(line)).toContain('password is 1234');
    expect(JSON.stringify(line)).toContain('the root');
  });

  test('does so when it throws at once and when it throws no Error', async () => {
    const { address } = await smallServer(
      {
        one: () => {
          throw null;
        },
        many: () => {
          throw new TrayEmptyError(1);
        },
        both: () => {
          throw new TrayEmptyError(1);
        },
      },
      { statuses },
    );
    const client = smallClient(address);
    async function* none(): AsyncGenerator<string> {}
    expect(await failure(client.one('a'))).toMatchObject({ code: 'INTERNAL' });
    expect(await failure(collect(client.many('a')))).toMatchObject({ reason: 'TRAY_EMPTY' });
    expect(await failure(collect(client.both(none())))).toMatchObject({ reason: 'TRAY_EMPTY' });
  });

  test('many bad fields still fit into the headers', async () => {
    const violations = Array.from({ length: 5000 }, (_, i) => ({
      field: `problems[${i}]`,
      description: 'y'.repeat(500),
    }));
    const { address } = await smallServer({ one: () => Promise.reject(new InvalidArgumentError(violations)) });
    const error = (await failure(smallClient(address).one('a'))) as RpcError;
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.violations).toHaveLength(32);
  });
});

describe('a call that ends early', () => {
  test('tells a unary handler of a cancel', async () => {
    const controller = new AbortController();
    let reason: Promise<unknown> | undefined;
    const { address } = await smallServer({
      one: async (id, context) => {
        reason = aborted(context);
        controller.abort(new Error('enough'));
        await reason;
        return id;
      },
    });
    const error = await failure(smallClient(address).one('a', { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'CANCELLED', cause: { message: 'enough' } });
    expect(await reason).toMatchObject({ code: 'CANCELLED' });
  });

  test('tells a unary handler of the deadline', async () => {
    let reason: unknown;
    const { address } = await smallServer({
      one: async (id, context) => {
        reason = await aborted(context);
        return id;
      },
    });
    expect(await failure(smallClient(address).one('a', { timeoutMs: 50 }))).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await expect.poll(() => reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  test('does not abort the signal of a call that ended well', async () => {
    const signals: AbortSignal[] = [];
    const { address } = await smallServer({
      one: (id, { signal }) => {
        signals.push(signal);
        return id;
      },
      async *many(_, { signal }) {
        signals.push(signal);
        yield 1;
      },
    });
    const client = smallClient(address);
    await client.one('a');
    await collect(client.many('a'));
    await sleep(20);
    expect(signals.map(({ aborted: each }) => each)).toEqual([false, false]);
  });

  test.each(['cancel', 'break', 'deadline'])('stops a stream in the middle: %s', async (how) => {
    let given = 0;
    let ended = false;
    const { address } = await smallServer({
      async *many() {
        try {
          for (;;) {
            yield ++given;
            await sleep(1);
          }
        } finally {
          ended = true;
        }
      },
    });
    const controller = new AbortController();
    const client = smallClient(address);
    const stream = client.many('a', how === 'deadline' ? { timeoutMs: 100 } : { signal: controller.signal });
    const read = (async () => {
      for await (const number of stream) {
        if (number < 3) continue;
        if (how === 'cancel') controller.abort();
        if (how === 'break') break;
      }
    })();
    const code = { cancel: 'CANCELLED', break: undefined, deadline: 'DEADLINE_EXCEEDED' }[how];
    expect(await read.catch((error: unknown) => (error as RpcError).code)).toBe(code);
    await expect.poll(() => ended).toBe(true);
  });

  test('ends a stream whose handler waits for something that never comes', async () => {
    let reason: unknown;
    const { address, lines } = await smallServer({
      async *many(_, context) {
        yield 1;
        reason = await aborted(context);
        await new Promise(() => {});
      },
    });
    for await (const _ of smallClient(address).many('a')) break;
    await expect.poll(() => reason).toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => lines.some(({ code }) => code === 'CANCELLED')).toBe(true);
  });
});

describe('back-pressure', () => {
  const LARGE = 'x'.repeat(64 * 1024);

  test('a slow reader holds back the handler of a stream', async () => {
    let given = 0;
    const { address } = await smallServer({
      async *both() {
        for (; given < 1000; given++) yield LARGE;
      },
    });
    async function* none(): AsyncGenerator<string> {}
    const stream = smallClient(address).both(none());
    await stream.next();
    // However long it waits, the handler gets no further than the buffers on the way.
    let before = -1;
    while (given !== before) {
      before = given;
      await sleep(100);
    }
    expect(given).toBeLessThan(500);
    expect(await collect(stream)).toHaveLength(999);
  });

  test('a slow handler holds back the sender of requests', async () => {
    let sent = 0;
    const release = Promise.withResolvers<void>();
    const { address } = await smallServer({
      async *both(ids) {
        await release.promise;
        let count = 0;
        for await (const _ of ids) count++;
        yield String(count);
      },
    });
    async function* requests(): AsyncGenerator<string> {
      for (; sent < 1000; sent++) yield LARGE;
    }
    const answer = collect(smallClient(address).both(requests()));
    let before = -1;
    while (sent !== before) {
      before = sent;
      await sleep(100);
    }
    expect(sent).toBeLessThan(500);
    release.resolve();
    expect(await answer).toEqual(['1000']);
  });
});

describe('a stream both ways', () => {
  async function* ids(...all: string[]): AsyncGenerator<string> {
    yield* all;
  }

  test('answers while requests go on', async () => {
    const { address } = await smallServer({
      async *both(requests) {
        for await (const id of requests) yield `${id}!`;
      },
    });
    const answered: string[] = [];
    async function* requests(): AsyncGenerator<string> {
      for (let i = 0; i < 3; i++) {
        await expect.poll(() => answered.length).toBe(i); // each only after the answer to the one before
        yield String(i);
      }
    }
    await collect(smallClient(address).both(requests()), answered);
    expect(answered).toEqual(['0!', '1!', '2!']);
  });

  test('may answer in another order and after the last request', async () => {
    const { address } = await smallServer({
      async *both(requests) {
        yield* (await collect(requests)).reverse();
      },
    });
    expect(await collect(smallClient(address).both(ids('a', 'b', 'c')))).toEqual(['c', 'b', 'a']);
  });

  test('ends for the sender too when the handler ends first', async () => {
    let released = false;
    const { address } = await smallServer({
      async *both(requests) {
        for await (const id of requests) {
          yield id;
          return;
        }
      },
    });
    async function* endless(): AsyncGenerator<string> {
      try {
        for (let i = 0; ; i++) {
          yield String(i);
          await sleep(1);
        }
      } finally {
        released = true;
      }
    }
    expect(await collect(smallClient(address).both(endless()))).toEqual(['0']);
    await expect.poll(() => released).toBe(true);
  });

  test('lets the handler leave its loop over the requests and go on answering', async () => {
    const { address } = await smallServer({
      async *both(requests) {
        for await (const id of requests) {
          yield id;
          break;
        }
        yield 'still here';
      },
    });
    expect(await collect(smallClient(address).both(ids('a', 'b', 'c')))).toEqual(['a', 'still here']);
  });

  test('throws what the requests throw, and tells the handler', async () => {
    let ended = false;
    const { address } = await smallServer({
      async *both(requests) {
        try {
          for await (const id of requests) yield id;
        } finally {
          ended = true;
        }
      },
    });
    const answered: string[] = [];
    async function* broken(): AsyncGenerator<string> {
      yield 'a';
      await expect.poll(() => answered.length).toBe(1);
      throw new RangeError('no more paper');
    }
    await expect(collect(smallClient(address).both(broken()), answered)).rejects.toThrow(
      new RangeError('no more paper'),
    );
    await expect.poll(() => ended).toBe(true);
  });

  test('tells handler and requests when the reader leaves', async () => {
    const ended: string[] = [];
    const { address } = await smallServer({
      async *both(requests) {
        try {
          for await (const id of requests) yield id;
        } finally {
          ended.push('handler');
        }
      },
    });
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          yield 'x';
          await sleep(1);
        }
      } finally {
        ended.push('requests');
      }
    }
    for await (const _ of smallClient(address).both(endless())) break;
    await expect.poll(() => ended.toSorted()).toEqual(['handler', 'requests']);
  });

  test('fails with UNAVAILABLE when nobody listens, also while requests wait', async () => {
    async function* never(): AsyncGenerator<string> {
      await new Promise(() => {});
      yield '';
    }
    const error = await failure(collect(smallClient('127.0.0.1:1').both(never())));
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
