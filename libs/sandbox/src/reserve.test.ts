import { expect, onTestFinished, test } from 'vitest';
import { NoIsolationError } from './errors.ts';
import { Reserve } from './reserve.ts';
import type { Supervisor } from './supervisor.ts';
import { descendants } from './testing/process-tree.ts';
import { scriptedHost, scriptedProgram, type ScriptedHost } from './testing/scripted-slots.ts';

/** Long enough on any machine. */
const SOON = { timeout: 30_000 };

function reserveOfScripted(): { reserve: Reserve; host: ScriptedHost; take: () => Promise<number> } {
  const host = scriptedHost();
  const reserve = new Reserve(host);
  onTestFinished(() => reserve.close());
  return {
    reserve,
    host,
    /** @returns the process id of the supervisor taken */
    async take() {
      const supervisor = await reserve.take();
      onTestFinished(() => supervisor.close());
      return idOf(supervisor);
    },
  };
}

async function idOf(supervisor: Supervisor): Promise<number> {
  const signal = new AbortController().signal;
  const { verdict } = await supervisor.judge(scriptedProgram('pass'), { again: false, roundSeconds: 0, signal });
  return Number(verdict?.feedback);
}

test('nothing is started before the first sandbox is taken', async () => {
  const { reserve, host } = reserveOfScripted();
  expect([host.starts, reserve.isReady]).toEqual([0, false]);
});

test('the next sandbox stands ready once one was taken', async () => {
  const { reserve, host, take } = reserveOfScripted();
  const first = await take();
  await expect.poll(() => reserve.isReady, SOON).toBe(true);
  host.starting = 'wait';
  expect(await take()).not.toBe(first); // no start is waited for
  expect([host.starts, reserve.isReady]).toEqual([3, false]);
  host.starting = 'go';
});

test('who comes before it is ready waits for it, and who comes then starts another', async () => {
  const { host, take } = reserveOfScripted();
  await take();
  const both = await Promise.all([take(), take()]);
  expect(new Set(both).size).toBe(2);
  expect(host.starts).toBe(4); // those three and the one that is made ready
});

test('one that died while it stood ready is not given', async () => {
  const { reserve, take } = reserveOfScripted();
  const first = await take();
  await expect.poll(() => reserve.isReady, SOON).toBe(true);
  const [spare] = descendants(process.pid).filter((pid) => pid !== first);
  process.kill(spare!, 'SIGKILL');
  await expect.poll(() => reserve.isReady, SOON).toBe(false);
  expect(await take()).not.toBe(spare);
});

test('one that could not be made ready is started when it is asked for', async () => {
  const { reserve, host, take } = reserveOfScripted();
  await take();
  await expect.poll(() => reserve.isReady, SOON).toBe(true);
  host.starting = 'fail';
  await take();
  expect(host.starts).toBe(3); // of which the last has failed
  host.starting = 'go';
  await expect(take()).resolves.toBeGreaterThan(0);
});

test('who asks when none can be started hears why, and the next one is served', async () => {
  const { host, take } = reserveOfScripted();
  host.starting = 'fail';
  await expect(take()).rejects.toThrow(NoIsolationError);
  host.starting = 'go';
  await expect(take()).resolves.toBeGreaterThan(0);
});

test('close ends the one that is being started, and no other is made ready', async () => {
  const { reserve, host, take } = reserveOfScripted();
  const first = await take();
  await reserve.close();
  expect(descendants(process.pid)).toEqual([first]);
  const second = await take();
  expect(new Set(descendants(process.pid))).toEqual(new Set([first, second]));
  expect(host.starts).toBe(3);
});
