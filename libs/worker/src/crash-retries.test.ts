import { afterEach, describe, expect, test } from 'vitest';
import { CrashRetries } from './crash-retries.ts';
import { startWorker, type Worker } from './start-worker.ts';
import type { TestHandlers } from './testing/test-worker.ts';
import { WorkerCrashedError } from './worker-errors.ts';

const crash = (): WorkerCrashedError => new WorkerCrashedError('test', { exitCode: 1, signal: null, stderr: [] });

let worker: Worker<TestHandlers> | undefined;
afterEach(() => worker?.stop({ graceMs: 0 }));

function startTestWorker(): Worker<TestHandlers> {
  worker = startWorker<TestHandlers>(new URL('./testing/test-worker.ts', import.meta.url), {
    name: 'test',
    onOutput: () => {},
    backoff: { firstMs: 1, maxMs: 1 },
  });
  return worker;
}

describe('CrashRetries', () => {
  test('fails the call that ends every worker, and answers those beside it', async () => {
    const calls = startTestWorker();
    const retries = new CrashRetries();
    const beside = [1, 2, 3].map(() => retries.run(() => calls.call('count', 2000)));
    const deadly = retries.run(() => calls.call('kill', undefined));
    await expect(deadly).rejects.toBeInstanceOf(WorkerCrashedError);
    expect(await Promise.all(beside)).toEqual(['done', 'done', 'done']);
    expect(await retries.run(() => calls.call('add', { a: 1, b: 2 }))).toBe(3);
  });

  test('makes the third attempt alone', async () => {
    const retries = new CrashRetries();
    const running = new Set<string>();
    const beside: string[][] = [];
    const attempt = (name: string, left: { crashes: number }) => async (): Promise<string> => {
      beside.push([name, ...running]);
      running.add(name);
      await new Promise(setImmediate);
      running.delete(name);
      if (left.crashes-- > 0) throw crash();
      return name;
    };
    const unlucky = retries.run(attempt('unlucky', { crashes: 2 }));
    const others = Array.from({ length: 8 }, async (_, i) => {
      for (let turn = 0; turn < i; turn++) await new Promise(setImmediate);
      return retries.run(attempt(`other ${i}`, { crashes: 0 }));
    });
    expect(await unlucky).toBe('unlucky');
    await Promise.all(others);
    const attempts = beside.flatMap(([name], i) => (name === 'unlucky' ? [i] : []));
    expect(attempts).toHaveLength(3);
    expect(beside[attempts[2]!]).toEqual(['unlucky']);
    expect(beside[attempts[2]! + 1]).not.toContain('unlucky');
    expect(beside).toHaveLength(3 + others.length);
  });

  test('throws at once what is no crash', async () => {
    let calls = 0;
    const failing = new CrashRetries().run(async () => {
      calls++;
      throw new RangeError('no');
    });
    await expect(failing).rejects.toThrow(new RangeError('no'));
    expect(calls).toBe(1);
  });
});
