// A worker for the tests of this package.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerContext } from '../handlers.ts';
import { runWorker } from '../run-worker.ts';
import { OutOfPaperError } from './out-of-paper-error.ts';

let stateMark = 'none';

const handlers = {
  add: ({ a, b }: { a: number; b: number }) => a + b,
  scale: (data: Float32Array) => data.map((value) => value * 2),
  count: async (limit: number, { emit }: WorkerContext<number>) => {
    for (let i = 1; i <= limit; i++) await emit(i);
    return 'done';
  },
  countLazily: async function* (limit: number): AsyncGenerator<number, string> {
    for (let i = 1; i <= limit; i++) yield i;
    return 'done';
  },
  fail: (tray: number) => {
    throw new OutOfPaperError(tray);
  },
  giveFunction: () => () => 1,
  setMark: (mark: string) => {
    stateMark = mark;
  },
  getMark: () => stateMark,
  getEnvironment: (name: string) => process.env[name],
  untilAborted: async (_: null, { signal, emit }: WorkerContext<string>) => {
    await emit('started');
    await sleep(60_000, undefined, { signal }).catch(() => {});
    stateMark = 'aborted';
  },
  /** Blocks the event loop, as a native call does. */
  block: ({ ms, pidFile }: { ms: number; pidFile?: string }) => {
    if (pidFile !== undefined) writeFileSync(pidFile, String(process.pid));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    return 'unblocked';
  },
  exit: (code: number) => {
    process.stderr.write('first line\nthe reason\n');
    process.exit(code);
  },
  kill: () => {
    process.kill(process.pid, 'SIGKILL');
  },
};
export type TestHandlers = typeof handlers;

if (process.env['FAIL_AT_START'] === '1') throw new Error('no weights here');
runWorker(handlers, {
  onStop: () => {
    const path = process.env['STOP_FILE'];
    if (path !== undefined) writeFileSync(path, 'stopped');
  },
});
