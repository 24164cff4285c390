import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@leti/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { thisProcess } from './process-identity.ts';
import { acquireRunLock } from './run-lock.ts';
import { RunLockedError } from './store-errors.ts';

/** A process that takes the lock when told to, says whether it got it, and then waits to be killed. */
function locker(folder: string): ChildProcess {
  const path = fileURLToPath(new URL('./testing/locker.ts', import.meta.url));
  const child = fork(path, [folder], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
const tryLock = async (child: ChildProcess): Promise<string> => {
  const answer = once(child, 'message') as Promise<[string]>;
  child.send('lock');
  return (await answer)[0];
};
const kill = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

describe('acquireRunLock', () => {
  test('lets one holder in at a time, and the next after release', async () => {
    const folder = join(temporaryFolder(), 'run');
    const lock = await acquireRunLock(folder);
    await expect(acquireRunLock(folder)).rejects.toMatchObject({ folder, pid: process.pid });
    await lock.release();
    await lock.release();
    await (await acquireRunLock(folder)).release();
    await (await acquireRunLock(folder)).release();
    expect(readdirSync(folder)).toEqual(['writer.3.lock']);
  });

  test('keeps other processes out until the holder has been killed', async () => {
    const folder = temporaryFolder();
    const [first, second] = [locker(folder), locker(folder)];
    expect(await tryLock(first)).toBe('locked');
    expect(await tryLock(second)).toBe(`RunLockedError ${first.pid}`);
    await kill(first);
    expect(await tryLock(second)).toBe('locked');
    await expect(acquireRunLock(folder)).rejects.toBeInstanceOf(RunLockedError);
  });

  test('lets exactly one of several followers take over from a dead holder', async () => {
    const folder = temporaryFolder();
    const dead = locker(folder);
    expect(await tryLock(dead)).toBe('locked');
    await kill(dead);
    const followers = Array.from({ length: 6 }, () => locker(folder));
    const answers = await Promise.all(followers.map(tryLock));
    expect(answers.filter((answer) => answer === 'locked')).toHaveLength(1);
  });

  test.each([
    ['another process with the id', { startTime: '1' }],
    ['a process before the machine was started anew', { bootId: 'other' }],
    ['a process of a container that is gone', { pidNamespace: 'pid:[1]' }],
  ])('takes over from %s', async (_, difference) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'writer.7.lock'), JSON.stringify({ holder: { ...thisProcess(), ...difference } }));
    const lock = await acquireRunLock(folder);
    expect(readdirSync(folder)).toEqual(['writer.8.lock']);
    expect(JSON.parse(readFileSync(join(folder, 'writer.8.lock'), 'utf8'))).toEqual({ holder: thisProcess() });
    await lock.release();
  });

  test('does not take over from another host', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'writer.1.lock'), JSON.stringify({ holder: { ...thisProcess(), host: 'elsewhere' } }));
    await expect(acquireRunLock(folder)).rejects.toThrow(/by process \d+ on elsewhere/);
  });
});
