import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SandboxLostError } from './errors.ts';
import { SlotPool } from './slot-pool.ts';
import { scriptedProgram, scriptedSlots, type ScriptedSlots } from './testing/scripted-slots.ts';

/** Long enough on any machine. */
const SOON = { timeout: 30_000 };

let folder = '';
let pools: { readonly scripted: ScriptedSlots; readonly pool: SlotPool }[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leti-slot-pool-'));
  pools = [];
});
afterEach(async () => {
  for (const { scripted, pool } of pools) {
    if (scripted.starting === 'wait') scripted.starting = 'go';
    await pool.close();
  }
  rmSync(folder, { recursive: true });
});

/** A pool, and what judges a program in it and tells which supervisor did; `ended` has solutions in the order of their verdicts. */
async function start(count: number) {
  const scripted = await scriptedSlots(count);
  const pool = new SlotPool(scripted.slots);
  pools.push({ scripted, pool });
  const ended: string[] = [];
  const never = new AbortController().signal;
  async function judge(solution: string, client = '', signal = never): Promise<string> {
    const { verdict } = await pool.judge(scriptedProgram(solution), signal, { client, call: undefined });
    ended.push(solution);
    return verdict.feedback;
  }
  return { scripted, pool, judge, ended };
}

const file = (name: string): string => join(folder, name);
const make = (name: string): void => writeFileSync(file(name), '');

test('clients take turns while programs wait, and those of one keep their order', async () => {
  const { pool, judge, ended } = await start(1);
  const first = judge(`wait ${file('go')}`);
  const rest = [judge('pass 1', 'a'), judge('pass 2', 'a'), judge('pass 3', 'a'), judge('pass 4', 'b')];
  await expect.poll(() => pool.load, SOON).toEqual({ waiting: 4, busySlots: 1 });
  make('go');
  await Promise.all([first, ...rest]);
  expect(ended.slice(1)).toEqual(['pass 1', 'pass 4', 'pass 2', 'pass 3']);
  expect(pool.load).toEqual({ waiting: 0, busySlots: 0 });
});

test('a program whose sandbox dies is run again before those that wait, which are not lost', async () => {
  const { pool, judge, ended } = await start(1);
  const all = [judge(`die ${file('died')}`), judge('pass 1'), judge('pass 2')];
  await Promise.all(all);
  expect(ended).toEqual([`die ${file('died')}`, 'pass 1', 'pass 2']);
  expect(pool.counts).toMatchObject({ secondRuns: 1, sandboxesReplaced: { lost: 1 } });
});

test('a program that loses two sandboxes has no verdict; the next one has', async () => {
  const { judge } = await start(1);
  const [lost, next] = await Promise.allSettled([judge('die'), judge('pass')]);
  expect(lost).toMatchObject({ status: 'rejected', reason: expect.any(SandboxLostError) });
  expect(next.status).toBe('fulfilled');
});

test.for(['tampering', 'survivors', 'judge_failed'])(
  'a sandbox judges nothing after %s, though all are being replaced and programs wait',
  async (violation) => {
    const { scripted, judge, pool } = await start(2);
    scripted.starting = 'wait';
    const before = await Promise.all([judge(`harm ${violation}`), judge(`harm ${violation}`)]);
    const waiting = [judge('pass 1'), judge('pass 2'), judge('pass 3')];
    await sleep(50);
    expect(pool.load.waiting).toBe(3);
    scripted.starting = 'go';
    const after = await Promise.all(waiting);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  },
);

test('a cancelled program that left processes leaves its sandbox in doubt', async () => {
  const { judge, pool } = await start(1);
  const before = await judge('pass');
  const abort = new AbortController();
  const cancelled = judge('hang survivors', '', abort.signal);
  await sleep(20);
  abort.abort(new Error('left'));
  await expect(cancelled).rejects.toThrow('left');
  expect(await judge('pass')).not.toBe(before);
  expect(pool.counts.sandboxesReplaced.doubt).toBe(1);
});

test('a sandbox in which a limit was passed serves on until it is replaced', async () => {
  const { scripted, judge } = await start(1);
  scripted.starting = 'wait';
  const before = await judge('harm process_limit');
  expect(await judge('pass')).toBe(before);
  scripted.starting = 'go';
  await expect.poll(() => judge('pass'), SOON).not.toBe(before);
});

test('programs are judged by the slots that are left when a sandbox cannot be replaced', async () => {
  const { scripted, judge } = await start(2);
  scripted.starting = 'fail';
  const doubtful = await judge('harm tampering');
  const judged = await Promise.all(Array.from({ length: 10 }, (_, i) => judge(`pass ${i}`)));
  expect(new Set(judged).size).toBe(1);
  expect(judged).not.toContain(doubtful);
});

test('callers hear why no sandbox can be started, and are served when one can', async () => {
  const { scripted, judge } = await start(1);
  scripted.starting = 'fail';
  await judge('harm tampering');
  await expect(judge('pass')).rejects.toThrow(/decides nothing, at last: the sandbox was lost: .*the test says so/);
  scripted.starting = 'go';
  await expect(judge('pass')).resolves.toBeTypeOf('string');
});

test('a program that is taken back while it waits leaves the slot to the next', async () => {
  const { judge, ended } = await start(1);
  const abort = new AbortController();
  const running = judge(`wait ${file('go')}`);
  const taken = judge('pass 1', '', abort.signal);
  const next = judge('pass 2');
  abort.abort(new Error('not wanted'));
  await expect(taken).rejects.toThrow('not wanted');
  make('go');
  await Promise.all([running, next]);
  expect(ended).toEqual([`wait ${file('go')}`, 'pass 2']);
});

test('close while a sandbox is replaced refuses what waits and ends the new one too', async () => {
  const { scripted, pool, judge } = await start(1);
  scripted.starting = 'wait';
  await judge('harm tampering');
  const waiting = judge('pass');
  let closed = false;
  const closing = pool.close().then(() => (closed = true));
  await expect(waiting).rejects.toThrow('the program runner is closed');
  await sleep(20);
  expect(closed).toBe(false);
  scripted.starting = 'go';
  await closing;
  expect(scripted.starts).toBe(1);
  await expect(judge('pass')).rejects.toThrow('the program runner is closed');
});

test('close lets the running program end', async () => {
  const { pool, judge } = await start(1);
  const running = judge(`wait ${file('go')}`);
  const closing = pool.close();
  make('go');
  await expect(running).resolves.toBeTypeOf('string');
  await closing;
});
