import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Renewals } from './renewals.ts';
import type { Slot } from './slot.ts';
import { scriptedProgram, scriptedSlots, type ScriptedSlots } from './testing/scripted-slots.ts';

/** Long enough on any machine. */
const SOON = { timeout: 30_000 };

const signal = new AbortController().signal;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Renewals of scripted slots, and the slots given back so far. */
async function start(
  count: number,
  options: { readonly recycleAfter?: number } = {},
): Promise<{ scripted: ScriptedSlots; slots: readonly Slot[]; renewals: Renewals; back: Slot[] }> {
  const scripted = await scriptedSlots(count, options);
  const { slots } = scripted;
  const back: Slot[] = [];
  const renewals = new Renewals(slots, (slot) => back.push(slot));
  closers.push(async () => {
    if (scripted.starting === 'wait') scripted.starting = 'go';
    await renewals.close();
    await Promise.all(slots.map((slot) => slot.close()));
  });
  return { scripted, slots, renewals, back };
}

/** Runs a program in a slot and releases that. @returns the id of the supervisor that judged it; undefined if it was lost */
async function run(renewals: Renewals, slot: Slot, solution: string): Promise<string | undefined> {
  try {
    return (await slot.judge(scriptedProgram(solution), false, signal)).verdict?.feedback;
  } catch {
    return undefined;
  } finally {
    renewals.released(slot);
  }
}

test('a slot that is due for nothing is given back at once', async () => {
  const { scripted, slots, renewals, back } = await start(1);
  await run(renewals, slots[0]!, 'pass');
  expect(back).toEqual(slots);
  expect(scripted.starts).toBe(0);
});

test.for([
  { name: 'in doubt', solution: 'harm survivors', counted: 'doubt' },
  { name: 'lost', solution: 'die', counted: 'lost' },
] as const)(
  'slots whose sandboxes are $name are replaced at the same time and given back only then',
  async ({ solution, counted }) => {
    const { scripted, slots, renewals, back } = await start(3);
    scripted.starting = 'wait';
    const before = await Promise.all(slots.map((slot) => run(renewals, slot, solution)));
    expect(scripted.starts).toBe(3);
    expect(back).toEqual([]);
    scripted.starting = 'go';
    await expect.poll(() => back, SOON).toHaveLength(3);
    const after = await Promise.all(slots.map((slot) => run(renewals, slot, 'pass')));
    expect(after.filter((pid) => pid === undefined || before.includes(pid))).toEqual([]);
    expect(renewals.counts).toEqual({ lost: 0, doubt: 0, violation: 0, worn: 0, [counted]: 3 });
  },
);

test.for([
  { name: 'passed a limit', solution: 'harm process_limit', options: {}, counted: 'violation' },
  { name: 'are worn', solution: 'pass', options: { recycleAfter: 1 }, counted: 'worn' },
] as const)(
  'slots whose sandboxes $name serve on and are replaced one at a time',
  async ({ solution, options, counted }) => {
    const { scripted, slots, renewals, back } = await start(3, options);
    scripted.starting = 'wait';
    const before = await Promise.all(slots.map((slot) => run(renewals, slot, solution)));
    expect(back).toEqual(slots);
    expect(scripted.starts).toBe(1);
    const meanwhile = await Promise.all(slots.map((slot) => run(renewals, slot, 'pass')));
    expect(meanwhile).toEqual(before);
    expect(renewals.counts[counted]).toBe(1);
    scripted.starting = 'go';
    // The others have their turns though nothing is released any more.
    await expect
      .poll(() => slots.map(({ due }) => due), { timeout: 20_000 })
      .toEqual([undefined, undefined, undefined]);
    const after = await Promise.all(slots.map((slot) => slot.judge(scriptedProgram('pass'), false, signal)));
    expect(after.filter(({ verdict }) => before.includes(verdict?.feedback))).toEqual([]);
  },
);

test('a sandbox in doubt does not wait for one that is replaced in its turn', async () => {
  const { scripted, slots, renewals, back } = await start(2);
  scripted.starting = 'wait';
  await run(renewals, slots[0]!, 'harm memory_exceeded');
  await run(renewals, slots[1]!, 'harm tampering');
  expect(scripted.starts).toBe(2);
  expect(back).toEqual([slots[0]]);
});

test('a sandbox in doubt takes the one that is being started for it already', async () => {
  const { scripted, slots, renewals, back } = await start(1);
  scripted.starting = 'wait';
  const first = await run(renewals, slots[0]!, 'harm process_limit');
  expect(await run(renewals, slots[0]!, 'harm tampering')).toBe(first);
  expect(back).toHaveLength(1);
  scripted.starting = 'go';
  await expect.poll(() => back, SOON).toHaveLength(2);
  expect(scripted.starts).toBe(1);
  expect(await run(renewals, slots[0]!, 'pass')).not.toBe(first);
});

test('a slot without a sandbox is kept while another serves, and tried again', async () => {
  const { scripted, slots, renewals, back } = await start(2);
  scripted.starting = 'fail';
  await run(renewals, slots[0]!, 'harm tampering');
  await expect.poll(() => scripted.starts, SOON).toBeGreaterThan(1);
  expect(back).toEqual([]);
  scripted.starting = 'go';
  await expect.poll(() => back, SOON).toEqual([slots[0]]);
});

test('the last slot is given back without a sandbox, and whoever uses it hears why there is none', async () => {
  const { scripted, slots, renewals, back } = await start(1);
  scripted.starting = 'fail';
  await run(renewals, slots[0]!, 'harm tampering');
  await expect.poll(() => back, SOON).toEqual(slots);
  await expect(slots[0]!.judge(scriptedProgram('pass'), false, signal)).rejects.toThrow('the test says so');
  scripted.starting = 'go';
  expect((await slots[0]!.judge(scriptedProgram('pass'), false, signal)).verdict?.outcome).toBe('passed');
});

test('close waits for the sandbox that is being started, and starts no other', async () => {
  const { scripted, slots, renewals } = await start(2);
  scripted.starting = 'wait';
  await run(renewals, slots[0]!, 'die');
  let closed = false;
  const closing = renewals.close().then(() => (closed = true));
  await run(renewals, slots[1]!, 'die');
  await sleep(20);
  expect([closed, scripted.starts]).toEqual([false, 1]);
  scripted.starting = 'go';
  await closing;
  expect(scripted.starts).toBe(1);
});
