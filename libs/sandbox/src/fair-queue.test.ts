import { expect, test } from 'vitest';
import { FairQueue, type Caller } from './fair-queue.ts';

/** A queue that was given these entries, each named after its client, its call and its place: "a1.0". */
function queueOf(...names: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const name of names) queue.push(callerOf(name), name);
  return queue;
}

const callerOf = (name: string): Caller => ({ client: name[0]!, call: name[1] });

function drained(queue: FairQueue<string>): string[] {
  return Array.from({ length: queue.size }, () => queue.shift()!);
}

test('clients take turns, whatever each of them asks for', () => {
  expect(drained(queueOf('a1.0', 'a1.1', 'a1.2', 'a1.3', 'b1.0', 'c1.0', 'c1.1'))).toEqual([
    'a1.0',
    'b1.0',
    'c1.0',
    'a1.1',
    'c1.1',
    'a1.2',
    'a1.3',
  ]);
});

test('calls of one client share its turns', () => {
  expect(drained(queueOf('a1.0', 'a1.1', 'a2.0', 'a3.0', 'b1.0', 'b1.1'))).toEqual([
    'a1.0',
    'b1.0',
    'a2.0',
    'b1.1',
    'a3.0',
    'a1.1',
  ]);
});

test('who comes later waits for one turn of each of the others', () => {
  const queue = queueOf('a1.0', 'a1.1', 'a1.2');
  expect(queue.shift()).toBe('a1.0');
  queue.push(callerOf('b1.0'), 'b1.0');
  expect(drained(queue)).toEqual(['a1.1', 'b1.0', 'a1.2']);
});

test('what is taken out of turn is gone, and its caller keeps the turn', () => {
  const queue = queueOf('a1.0', 'a1.1', 'b1.0');
  expect(queue.delete(callerOf('a1.0'), 'a1.0')).toBe(true);
  expect(queue.delete(callerOf('a1.0'), 'a1.0')).toBe(false);
  expect(queue.delete(callerOf('z9.0'), 'z9.0')).toBe(false);
  expect(drained(queue)).toEqual(['a1.1', 'b1.0']);
  expect(queue.size).toBe(0);
  expect(queue.shift()).toBeUndefined();
});
