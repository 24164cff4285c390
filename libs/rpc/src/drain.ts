import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@grpc/grpc-js';

/** What draining needs to know about a server's calls. */
export interface DrainOptions {
  /** Tells watches to end. */
  readonly begin: () => void;
  /** Tells every call to end. */
  readonly cutOff: () => void;
  readonly isIdle: () => boolean;
  /** Between begin and cutOff, milliseconds. */
  readonly drainMs: number;
}

const POLL_MS = 20;
/** For calls that were cut off to send their status, and for the last frames to leave. */
const FAREWELL_MS = 500;

/** Closes a server: no new calls, running ones end or are cut off, connections close. */
export async function drain(server: Server, { begin, cutOff, isIdle, drainMs }: DrainOptions): Promise<void> {
  // tryShutdown alone would wait for ever on a health watch, which grpc-health-check never ends.
  const shutdown = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  begin();
  await until(isIdle, drainMs);
  if (!isIdle()) {
    cutOff();
    await until(isIdle, FAREWELL_MS);
  }
  const timer = new AbortController();
  await Promise.race([shutdown, sleep(FAREWELL_MS, undefined, { signal: timer.signal })]);
  timer.abort();
  server.forceShutdown();
}

async function until(condition: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition() && performance.now() < end) await sleep(POLL_MS);
}
