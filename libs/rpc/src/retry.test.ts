import { describe, expect, test } from 'vitest';
import { isRetryable, withRetry } from './retry.ts';
import { RpcError } from './rpc-error.ts';

const unavailable = (): RpcError => new RpcError({ code: 'UNAVAILABLE', message: 'm' });

describe('withRetry', () => {
  test('doubles the longest wait up to the limit, with jitter', async () => {
    const delays: number[] = [];
    const policy = {
      maxAttempts: 7,
      initialDelayMs: 4,
      maxDelayMs: 20,
      onRetry: ({ delayMs }: { delayMs: number }) => void delays.push(delayMs),
    };
    const call = (): Promise<never> => Promise.reject(unavailable());
    await expect(withRetry(call, 'm', policy, { deadlineMs: Infinity }, () => 0.5)).rejects.toThrow('m');
    expect(delays).toEqual([2, 4, 8, 10, 10, 10]);
  });

  test('gives up when the wait would pass the deadline', async () => {
    let calls = 0;
    const call = (): Promise<never> => {
      calls++;
      return Promise.reject(unavailable());
    };
    const policy = { initialDelayMs: 60_000, maxDelayMs: 60_000 };
    await expect(withRetry(call, 'm', policy, { deadlineMs: Date.now() + 1000 }, () => 0.9)).rejects.toThrow('m');
    expect(calls).toBe(1);
  });
});

test.each([
  [unavailable(), true],
  [new RpcError({ code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL', message: '' }), true],
  [new RpcError({ code: 'RESOURCE_EXHAUSTED', message: 'Received message larger than max' }), false],
  [new RpcError({ code: 'DEADLINE_EXCEEDED', message: '' }), false],
  [new RpcError({ code: 'INTERNAL', message: '' }), false],
  [new Error('UNAVAILABLE'), false],
])('whether %s may heal by repetition: %s', (error, expected) => {
  expect(isRetryable(error)).toBe(expected);
});
