import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWorker, type StartWorkerOptions, type Worker, type WorkerEnd } from './start-worker.ts';
import { OutOfPaperError } from './testing/out-of-paper-error.ts';
import type { TestHandlers } from './testing/test-worker.ts';
import { WorkerCrashedError, WorkerStoppedError } from './worker-errors.ts';

const URL_OF_WORKER = new URL('./testing/test-worker.ts', import.meta.url);

let folder: string;
let workers: Worker<TestHandlers>[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leti-worker-'));
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop({ graceMs: 0 })));
  rmSync(folder, { recursive: true });
});

const start = (options: Partial<StartWorkerOptions<TestHandlers>> = {}): Worker<TestHandlers> => {
  const worker = startWorker<TestHandlers>(URL_OF_WORKER, { name: 'test', onOutput: () => {}, ...options });
  workers.push(worker);
  return worker;
};
const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
};
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(20);
};

describe('startWorker', () => {
  test('runs calls at the same time and gives each its answer', async () => {
    const worker = start();
    const sums = await Promise.all([1, 2, 3].map((a) => worker.call('add', { a, b: 10 })));
    expect(sums).toEqual([11, 12, 13]);
  });

  test('carries large typed arrays both ways', async () => {
    const data = new Float32Array(8 * 1024 * 1024).fill(1.5);
    const scaled = await start().call('scale', data);
    expect(scaled).toBeInstanceOf(Float32Array);
    expect(scaled.length).toBe(data.length);
    expect([scaled[0], scaled.at(-1)]).toEqual([3, 3]);
  });

  test('sends a view, not the whole buffer behind it', async () => {
    const view = new Float32Array([1, 2, 3, 4]).subarray(1, 3);
    expect(await start().call('scale', view)).toEqual(new Float32Array([4, 6]));
  });

  test.each(['count', 'countLazily'] as const)(
    'gives the progress of %s in order before the result',
    async (method) => {
      const seen: number[] = [];
      const result = await start().call(method, 100, { onProgress: (value) => void seen.push(value) });
      expect([result, seen]).toEqual(['done', Array.from({ length: 100 }, (_, i) => i + 1)]);
    },
  );

  test('fails the call when onProgress throws', async () => {
    const call = start().call('count', 3, {
      onProgress: () => {
        throw new RangeError('not mine');
      },
    });
    await expect(call).rejects.toThrow(new RangeError('not mine'));
  });

  test('revives an error of a known class with its fields and cause', async () => {
    const error: unknown = await start({ errors: [OutOfPaperError] })
      .call('fail', 7)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(OutOfPaperError);
    expect(error).toMatchObject({ name: 'OutOfPaperError', message: 'tray 7 is empty', tray: 7 });
    expect((error as Error).cause).toMatchObject({ message: 'somebody printed a book' });
    expect((error as Error).stack).toContain('test-worker.ts');
  });

  test('keeps the name of an error of an unknown class', async () => {
    const error: unknown = await start()
      .call('fail', 7)
      .catch((e: unknown) => e);
    expect(error).not.toBeInstanceOf(OutOfPaperError);
    expect(error).toMatchObject({ name: 'OutOfPaperError', message: 'tray 7 is empty', tray: 7 });
  });

  test('fails a call whose request or response cannot be copied, and lives on', async () => {
    const worker = start();
    await expect(worker.call('setMark', (() => 1) as never)).rejects.toThrow(/could not be cloned/);
    await expect(worker.call('giveFunction', null as never)).rejects.toThrow(/could not be cloned/);
    expect(await worker.call('add', { a: 1, b: 1 })).toBe(2);
  });

  test('adds variables to the environment, under those that are set', async () => {
    const worker = start({ defaultEnv: { LETI_MARK: 'x', PATH: 'y' } });
    expect(await worker.call('getEnvironment', 'LETI_MARK')).toBe('x');
    expect(await worker.call('getEnvironment', 'PATH')).toBe(process.env['PATH']);
  });

  test('aborts a call here and in the worker', async () => {
    const worker = start();
    const controller = new AbortController();
    const call = worker.call('untilAborted', null, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(call).rejects.toThrow('enough');
    await expect.poll(() => worker.call('getMark', undefined)).toBe('aborted');
  });

  test('rejects an aborted call at once while the worker is blocked', async () => {
    const worker = start();
    await worker.ready();
    const order: string[] = [];
    const controller = new AbortController();
    const blocked = worker.call('block', { ms: 500 }).then(() => order.push('unblocked'));
    const aborted = worker
      .call('add', { a: 1, b: 1 }, { signal: controller.signal })
      .catch(() => order.push('aborted'));
    await new Promise((resolve) => setImmediate(resolve)); // both calls are on their way
    controller.abort();
    await Promise.all([blocked, aborted]);
    expect(order).toEqual(['aborted', 'unblocked']);
  });

  test('tells every running call of a crash, with code and last lines', async () => {
    const worker = start();
    await worker.ready();
    const other = worker.call('untilAborted', null);
    other.catch(() => {});
    const error: unknown = await worker.call('exit', 3).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(error).toMatchObject({ exitCode: 3, signal: null, stderr: ['first line', 'the reason'] });
    expect((error as Error).message).toBe('worker test ended with exit code 3: the reason');
    await expect(other).rejects.toBeInstanceOf(WorkerCrashedError);
  });

  test('starts a new, initialised process after a crash', async () => {
    const exits: boolean[] = [];
    const worker = start({
      initialize: (calls) => calls.call('setMark', 'loaded'),
      onExit: ({ expected }) => void exits.push(expected),
      backoff: { firstMs: 1, maxMs: 10 },
    });
    expect(await worker.call('getMark', undefined)).toBe('loaded');
    const pid = worker.pid;
    await expect(worker.call('kill', undefined)).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect(worker.pid).toBeUndefined();
    const marks = await Promise.all([worker.call('getMark', undefined), worker.call('getMark', undefined)]);
    expect(marks).toEqual(['loaded', 'loaded']);
    expect(worker.pid).not.toBe(pid);
    expect(exits).toEqual([false]);
  });

  test('fails a call with what initialize throws, and tries again with the next', async () => {
    let attempts = 0;
    const ends: WorkerEnd[] = [];
    const worker = start({
      initialize: async () => {
        if (++attempts === 1) throw new RangeError('no such folder');
      },
      onExit: (end) => void ends.push(end),
      backoff: { firstMs: 1, maxMs: 10 },
    });
    await expect(worker.call('add', { a: 1, b: 1 })).rejects.toThrow(new RangeError('no such folder'));
    expect(ends).toMatchObject([{ expected: false, initializeError: new RangeError('no such folder') }]);
    expect(await worker.call('add', { a: 1, b: 1 })).toBe(2);
    await worker.stop();
    expect(ends.map(({ expected }) => expected)).toEqual([false, true]);
  });

  test('waits before it starts a process again that was not initialised', async () => {
    const worker = start({
      initialize: () => Promise.reject(new RangeError('no such folder')),
      backoff: { firstMs: 600_000, maxMs: 600_000 },
    });
    await expect(worker.call('add', { a: 1, b: 1 })).rejects.toThrow('no such folder');
    const waiting = worker.call('add', { a: 1, b: 1 }).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    await worker.stop();
    expect(await waiting).toBeInstanceOf(WorkerStoppedError);
  });

  test('says why a worker does not start', async () => {
    const worker = start({ defaultEnv: { FAIL_AT_START: '1' } });
    const error: unknown = await worker.ready().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect((error as WorkerCrashedError).stderr.join('\n')).toContain('no weights here');
  });

  test('stops in order and refuses calls after', async () => {
    const stopFile = join(folder, 'stopped');
    const worker = start({ defaultEnv: { STOP_FILE: stopFile } });
    await worker.ready();
    const running = worker.call('untilAborted', null);
    running.catch(() => {});
    await worker.stop();
    expect(existsSync(stopFile)).toBe(true);
    await running.catch(() => {});
    await expect(worker.call('add', { a: 1, b: 1 })).rejects.toBeInstanceOf(WorkerStoppedError);
    await worker.stop();
  });

  test('kills a worker that does not stop', async () => {
    const worker = start();
    await worker.ready();
    const { pid } = worker;
    const blocked = worker.call('block', { ms: 600_000 });
    blocked.catch(() => {});
    await worker.stop({ graceMs: 50 });
    expect(gone(pid ?? 0)).toBe(true);
    await expect(blocked).rejects.toBeInstanceOf(WorkerStoppedError);
  });

  test('a blocked worker dies when its parent is killed', async () => {
    const pidFile = join(folder, 'pid');
    const parent = fork(fileURLToPath(new URL('./testing/doomed-parent.ts', import.meta.url)), [pidFile], {
      execArgv: [],
      stdio: 'ignore',
    });
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(gone(pid)).toBe(false);
    parent.kill('SIGKILL');
    await until(() => gone(pid));
  });
});
