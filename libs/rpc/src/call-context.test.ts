import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { CallContext } from './call-context.ts';
import type { RpcError } from './rpc-error.ts';
import { failure } from './testing/failure.ts';
import { collect, smallClient, smallServer } from './testing/small-service.ts';

/** Resolves when the call's signal aborts, with its reason. */
const aborted = ({ signal }: CallContext): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));

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
