import { describe, expect, test } from 'vitest';
import { RunQueue } from './run-queue.ts';

/** A queue whose runs end when told to. */
function scripted(slots: number) {
  const ends = new Map<string, () => void>();
  const log: string[] = [];
  const queue = new RunQueue(slots, async (id, slot, signal) => {
    log.push(`${id}@${slot}`);
    await new Promise<void>((done) => {
      ends.set(id, done);
      signal.addEventListener('abort', () => done(), { once: true });
    });
    if (signal.aborted) log.push(`${id}: ${(signal.reason as Error).message}`);
  });
  const end = async (id: string): Promise<void> => {
    ends.get(id)!();
    await new Promise(setImmediate);
  };
  return { queue, log, end };
}

describe('RunQueue', () => {
  test('starts runs in their order, so many at once, each in a slot of its own', async () => {
    const { queue, log, end } = scripted(2);
    for (const id of ['a', 'b', 'c', 'd']) queue.push(id);
    expect(log).toEqual(['a@0', 'b@1']);
    await end('b');
    expect(log).toEqual(['a@0', 'b@1', 'c@1']);
    await end('a');
    expect(log.at(-1)).toBe('d@0');
  });
  test('a run that waits can be taken out, one that goes on cannot', () => {
    const { queue, log } = scripted(1);
    queue.push('a');
    queue.push('b');
    expect([queue.take('a'), queue.take('b'), queue.take('b')]).toEqual([false, true, false]);
    expect(log).toEqual(['a@0']);
  });
  test('stops one run with its reason, and goes on with the next', async () => {
    const { queue, log } = scripted(1);
    queue.push('a');
    queue.push('b');
    expect(queue.stop('b', new Error('no'))).toBe(false);
    expect(queue.stop('a', new Error('enough'))).toBe(true);
    await new Promise(setImmediate);
    expect(log).toEqual(['a@0', 'a: enough', 'b@0']);
  });
  test('closed, it ends what goes on and starts nothing more', async () => {
    const { queue, log } = scripted(1);
    queue.push('a');
    queue.push('b');
    await queue.close(new Error('closing'));
    queue.push('c');
    expect(log).toEqual(['a@0', 'a: closing']);
  });
});
