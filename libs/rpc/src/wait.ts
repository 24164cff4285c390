import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { callUnary, type AnyMethod } from './client-call.ts';
import { orAborted } from './or-aborted.ts';
import { RpcError } from './rpc-error.ts';

/** How long to wait for a server. */
export interface WaitOptions {
  /** Milliseconds. @default 10 000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 100;

/** Waits until a client is connected. @throws {RpcError} DEADLINE_EXCEEDED naming the address, CANCELLED */
export async function untilReady(client: Client, address: string, options: WaitOptions): Promise<void> {
  const { timeoutMs = 10_000, signal } = options;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.waitForReady(Date.now() + timeoutMs, (error) => {
    if (error === undefined || error === null) resolve();
    else reject(new RpcError({ code: 'DEADLINE_EXCEEDED', message: noAnswer(address, timeoutMs), cause: error }));
  });
  await (signal === undefined ? promise : orAborted(promise, signal).catch((error: unknown) => fail(error, signal)));
}

/** Waits until a service reports SERVING. @throws {RpcError} DEADLINE_EXCEEDED naming the address, CANCELLED */
export async function untilServing(
  client: Client,
  address: string,
  service: string,
  { timeoutMs = 10_000, signal }: WaitOptions,
): Promise<void> {
  const check = healthService['Check'] as AnyMethod;
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let cause: unknown;
  for (;;) {
    try {
      const deadlineMs = Date.now() + timeoutMs;
      const response = await callUnary(client, check, { service }, { signal: either, deadlineMs });
      const { status } = response as { status: string };
      if (status === 'SERVING') return;
      cause = new Error(`health status is ${status}`);
    } catch (error) {
      if (!either.aborted) cause = error;
    }
    await sleep(POLL_MS, undefined, { signal: either }).catch(() => {});
    if (signal?.aborted === true) fail(cause, signal);
    if (timeout.aborted) {
      const message = `${noAnswer(address, timeoutMs)} (${cause instanceof Error ? cause.message : 'no answer'})`;
      throw new RpcError({ code: 'DEADLINE_EXCEEDED', message, cause });
    }
  }
}

const noAnswer = (address: string, timeoutMs: number): string => `no service at ${address} within ${timeoutMs} ms`;

function fail(error: unknown, signal: AbortSignal): never {
  if (!signal.aborted) throw error;
  throw new RpcError({ code: 'CANCELLED', message: 'waiting was aborted', cause: signal.reason });
}
