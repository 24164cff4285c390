import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { MAX_RECEIVE_BYTES } from './channel-options.ts';
import { RpcError } from './rpc-error.ts';
import type { RetryEvent } from './retry.ts';
import { collect, smallClient, smallServer } from './testing/small-service.ts';

const busy = (): RpcError => new RpcError({ code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL', message: 'busy' });
const unavailable = (): RpcError => new RpcError({ code: 'UNAVAILABLE', reason: 'SANDBOX_LOST', message: 'lost' });
const FAST = { initialDelayMs: 1, maxDelayMs: 5 };

describe('a client', () => {
  test('repeats an idempotent call until it succeeds, and tells of it', async () => {
    let calls = 0;
    const { address } = await smallServer({
      one: (id) => {
        if (++calls < 3) throw calls === 1 ? busy() : unavailable();
        return id;
      },
    });
    const events: RetryEvent[] = [];
    const retry = { ...FAST, onRetry: (event: RetryEvent) => void events.push(event) };
    const client = smallClient(address, { idempotent: ['evaluateProgram'], retry });
    expect(await client.one('a')).toBe('a');
    expect(events.map(({ attempt, error, method }) => [attempt, error.reason, method])).toEqual([
      [1, 'QUEUE_FULL', 'leti.v1.EvaluatorService/EvaluateProgram'],
      [2, 'SANDBOX_LOST', 'leti.v1.EvaluatorService/EvaluateProgram'],
    ]);
  });

  test.each([
    ['a call that is not marked as idempotent', [], unavailable(), 1],
    ['an error that repetition cannot heal', ['evaluateProgram'], new RpcError({ code: 'NOT_FOUND', message: '' }), 1],
    ['a call more often than told', ['evaluateProgram'], unavailable(), 3],
  ])('does not repeat %s', async (_, idempotent, thrown, expected) => {
    let calls = 0;
    const { address } = await smallServer({
      one: () => {
        calls++;
        throw thrown;
      },
    });
    const client = smallClient(address, { idempotent, retry: { ...FAST, maxAttempts: 3 } });
    await expect(client.one('a')).rejects.toMatchObject({ code: thrown.code });
    expect(calls).toBe(expected);
  });

  test('does not repeat beyond the deadline', async () => {
    const { address } = await smallServer({ one: () => Promise.reject(unavailable()) });
    const retry = { initialDelayMs: 10, maxDelayMs: 10, maxAttempts: Infinity };
    const client = smallClient(address, { idempotent: ['evaluateProgram'], retry });
    const error: unknown = await client.one('a', { timeoutMs: 200 }).catch((e: unknown) => e);
    expect(['UNAVAILABLE', 'DEADLINE_EXCEEDED']).toContain((error as RpcError).code);
  });

  test('stops repeating when aborted', async () => {
    const { address } = await smallServer({ one: () => Promise.reject(unavailable()) });
    const controller = new AbortController();
    const retry = { initialDelayMs: 60_000, maxDelayMs: 60_000, onRetry: () => controller.abort(new Error('enough')) };
    const client = smallClient(address, { idempotent: ['evaluateProgram'], retry });
    const call = client.one('a', { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED', cause: { message: 'enough' } });
  });

  test('begins a stream anew until its first response, not after', async () => {
    let calls = 0;
    const { address } = await smallServer({
      async *many() {
        if (++calls < 3) throw unavailable();
        yield 1;
        throw unavailable();
      },
    });
    const client = smallClient(address, { idempotent: ['watchTrainingRun'], retry: FAST });
    const seen: number[] = [];
    await expect(collect(client.many('a'), seen)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([seen, calls]).toEqual([[1], 3]);
  });

  test('finds a server that comes up later', async () => {
    const first = await smallServer({ one: (id) => id });
    await first.close();
    const client = smallClient(first.address, {
      idempotent: ['evaluateProgram'],
      retry: { initialDelayMs: 50, maxDelayMs: 50, maxAttempts: Infinity },
    });
    const call = client.one('a');
    await sleep(100);
    await smallServer({ one: (id) => `${id} again` }, { address: first.address });
    expect(await call).toBe('a again');
  });

  test('fails at once without a server, naming the address', async () => {
    await expect(smallClient('127.0.0.1:1').one('a')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1:1') as string,
    });
  });

  test('sends nothing for a call that is aborted already, and nothing for a stream that is not read', async () => {
    let calls = 0;
    const { address } = await smallServer({
      one: (id) => {
        calls++;
        return id;
      },
      async *many() {
        calls++;
        yield 1;
      },
    });
    const client = smallClient(address);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(client.one('a', { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(collect(client.many('a', { signal }))).rejects.toMatchObject({ code: 'CANCELLED' });
    await client.many('a').return(undefined);
    await client.evaluator.waitForReady();
    expect(calls).toBe(0);
  });

  test('takes the time limit of the client unless the call has its own', async () => {
    const { address } = await smallServer({ one: (id, { signal }) => sleep(10_000, id, { signal }) });
    const client = smallClient(address, { timeoutMs: 30 });
    await expect(client.one('a')).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  test('carries a message of 4 MiB and more, and refuses one above the limit without repeating it', async () => {
    let calls = 0;
    const { address } = await smallServer({
      one: (id) => {
        calls++;
        return id;
      },
    });
    const client = smallClient(address, { idempotent: ['evaluateProgram'], retry: FAST });
    expect(await client.one('x'.repeat(5 * 1024 * 1024))).toHaveLength(5 * 1024 * 1024);
    const call = client.one('x'.repeat(MAX_RECEIVE_BYTES));
    await expect(call).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    expect(calls).toBe(1);
  });

  test('waits until a service is ready to serve', async () => {
    const server = await smallServer({}, { serving: false });
    const { evaluator } = smallClient(server.address);
    await evaluator.waitForReady();
    await expect(evaluator.waitUntilServing({ timeoutMs: 50 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: `no service at ${server.address} within 50 ms (health status is NOT_SERVING)`,
    });
    const waiting = evaluator.waitUntilServing();
    server.setServing(true);
    await waiting;
  });

  test('stops waiting at the limit and when aborted', async () => {
    const { evaluator } = smallClient('127.0.0.1:1');
    await expect(evaluator.waitForReady({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const signal = AbortSignal.timeout(20);
    await expect(evaluator.waitForReady({ signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(evaluator.waitUntilServing({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});
