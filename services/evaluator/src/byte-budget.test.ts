import { expect, test } from 'vitest';
import { ByteBudget } from './byte-budget.ts';

const NEVER = new AbortController().signal;
const caller = (client: string) => ({ client, call: client });

test('gives what there is, and no more until some is given back', () => {
  const budget = new ByteBudget(10);
  const giveBack = budget.tryTake(6)!;
  expect(budget.tryTake(5)).toBeUndefined();
  expect(budget.tryTake(4)).toBeDefined();
  expect(budget.taken).toBe(10);
  giveBack();
  expect(budget.taken).toBe(4);
});

test('serves those who wait in turn, however much one of them asks for', async () => {
  const budget = new ByteBudget(10);
  const giveBack = await budget.take(10, caller('a'), NEVER);
  const served: string[] = [];
  const take = async (client: string): Promise<void> => {
    const done = await budget.take(10, caller(client), NEVER);
    served.push(client);
    done();
  };
  const all = ['a', 'a', 'a', 'b', 'c'].map(take);
  giveBack();
  await Promise.all(all);
  expect(served).toEqual(['a', 'b', 'c', 'a', 'a']);
});

test('nobody passes one who waits for much', async () => {
  const budget = new ByteBudget(10);
  const giveBack = await budget.take(6, caller('a'), NEVER);
  const much = budget.take(8, caller('b'), NEVER);
  expect(budget.tryTake(1)).toBeUndefined();
  giveBack();
  (await much)();
  expect(budget.taken).toBe(0);
});

test('who asks for more than all gets all', async () => {
  const budget = new ByteBudget(10);
  const giveBack = await budget.take(1000, caller('a'), NEVER);
  expect(budget.taken).toBe(10);
  giveBack();
  expect(budget.taken).toBe(0);
});

test('who leaves while waiting holds up nobody, also when it is next', async () => {
  const budget = new ByteBudget(10);
  const giveBack = await budget.take(10, caller('a'), NEVER);
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [
    budget.take(10, caller('b'), first.signal),
    budget.take(10, caller('c'), second.signal),
    budget.take(10, caller('d'), NEVER),
  ];
  second.abort(new Error('c left'));
  await expect(waiting[1]).rejects.toThrow('c left');
  const half = budget.tryTake(0);
  expect(half).toBeUndefined();
  first.abort(new Error('b left'));
  await expect(waiting[0]).rejects.toThrow('b left');
  giveBack();
  (await waiting[2]!)();
  expect(budget.taken).toBe(0);
});
