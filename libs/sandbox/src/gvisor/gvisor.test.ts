import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evaluation } from '@leti/leti';
import { afterAll, describe, expect, test } from 'vitest';
import { createProgramRunner, NoIsolationError } from '../index.ts';
import { startRunnerOrSkip } from '../testing/start-runner-or-skip.ts';

const stateRoot = mkdtempSync(join(tmpdir(), 'gvisor-'));
const gvisor = { stateRoot };

const runner = await startRunnerOrSkip('gvisor', { runtime: 'gvisor', slots: 1, gvisor, keptVerdicts: 0 });
afterAll(async () => {
  await runner?.close();
  expect(readdirSync(stateRoot)).toEqual([]);
  rmSync(stateRoot, { recursive: true, force: true });
});

const evaluate = (solution: string, ...tests: string[]): Promise<Evaluation> =>
  runner!.evaluate({ programId: 'p', prompt: '', solution, testSetupCode: '', tests, limits: {} });

/** Processes of this machine that belong to sandboxes below a folder. */
function processesBelow(folder: string): number[] {
  const found = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return found.filter((line) => line.includes(`-root=${folder}`)).map((line) => Number.parseInt(line, 10));
}

describe.skipIf(runner === undefined)('in gVisor', () => {
  test('a program sees another kernel, no host files, and no network', async () => {
    const solution = [
      'import os, socket',
      'def kernel():\n    return os.uname().release',
      'def names():\n    return sorted(os.listdir("/"))',
      'def environment():\n    return os.environ.get("HOME")',
    ].join('\n');
    const names = `['dev', 'lib', 'lib64', 'opt', 'proc', 'scratch', 'sys', 'tmp', 'usr']`;
    const own = execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim();
    const evaluation = await evaluate(
      solution,
      `assert kernel() != '${own}'`,
      `assert set(names()) <= set(${names}), names()`,
      `assert environment() == '/'`,
    );
    expect(evaluation).toMatchObject({ outcome: 'passed', feedback: '' });
  });

  test('threads count once each, and are no processes with the memory and time of all', async () => {
    const solution = `import threading, time
kept = b'x' * (100 << 20)
for _ in range(11): threading.Thread(target=time.sleep, args=(0.5,)).start()
time.sleep(0.4)
`;
    const limits = { processes: 16, memoryBytes: 2 ** 30 };
    const program = { programId: 'p', prompt: '', solution, testSetupCode: '', tests: [], limits };
    expect(await runner!.evaluate(program)).toMatchObject({ outcome: 'passed', feedback: '' });
  });

  test('a program has a user of its own that cannot signal the fork servers', async () => {
    const solution = `import os
def signalled():
    reached, refused = [], []
    for pid in range(1, os.getpid() + 64):
        try:
            os.kill(pid, 0)
            reached.append(pid)
        except PermissionError:
            refused.append(pid)
        except ProcessLookupError:
            pass
    return len(refused) >= 4 and reached == [os.getpid()]
`;
    const evaluation = await evaluate(solution, 'assert signalled()');
    expect(evaluation).toMatchObject({ outcome: 'passed', feedback: '' });
  });

  test('a program sees no other process in /proc, makes no device, and raises no priority', async () => {
    const solution = `import os, stat
def refused(action):
    try:
        action()
    except PermissionError:
        return True
node = lambda: os.mknod("device", 0o666 | stat.S_IFBLK, os.makedev(8, 0))
found = [os.listdir("/proc"), refused(node), refused(lambda: os.nice(-20))]
os.mkfifo("pipe")
os.nice(1)
`;
    const evaluation = await evaluate(solution, 'assert found == [[], True, True], found');
    expect(evaluation).toMatchObject({ outcome: 'passed', feedback: '' });
  });

  test('a program makes no namespace of its own', async () => {
    const solution = `import ctypes, os
def unshared():
    library = ctypes.CDLL(None, use_errno=True)
    return [library.unshare(flag) for flag in (0x10000000, 0x20000, 0x20000000)]
`;
    const evaluation = await evaluate(solution, 'assert unshared() == [-1, -1, -1]');
    expect(evaluation).toMatchObject({ outcome: 'passed', feedback: '' });
  });

  test('a program whose sandbox is killed is judged in another one', async () => {
    const pending = evaluate('import time\ntime.sleep(1)\ndef one():\n    return 1\n', 'assert one() == 1');
    const before = processesBelow(stateRoot);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    expect((await pending).outcome).toBe('passed');
    expect(processesBelow(stateRoot).some((pid) => before.includes(pid))).toBe(false);
  });

  test('sandboxes of a runner that was killed are ended and cleared away by the next', async () => {
    const root = mkdtempSync(join(tmpdir(), 'gvisor-killed-'));
    const module = new URL('../index.ts', import.meta.url).href;
    const script = `const { createProgramRunner } = await import('${module}');
      await createProgramRunner({ runtime: 'gvisor', slots: 1, gvisor: { stateRoot: '${root}' } });
      console.log('up'); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    const [left = ''] = readdirSync(root);
    // With it runsc, so that nobody is there to clear away.
    const pids = processesBelow(root);
    expect(pids).not.toEqual([]);
    owner.kill('SIGKILL');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const next = await createProgramRunner({ runtime: 'gvisor', slots: 1, gvisor: { stateRoot: root } });
    expect(existsSync(join(root, left))).toBe(false);
    await next.close();
    expect(processesBelow(root)).toEqual([]);
    rmSync(root, { recursive: true });
  });
});

describe('createProgramRunner', () => {
  test.for(['sandlock', 'unsafe-process'] as const)('in production refuses %s', async (runtime) => {
    const started = createProgramRunner({ runtime, production: true, slots: 1 });
    await expect(started).rejects.toThrow(`production takes no runtime but gvisor, got '${runtime}'`);
  });

  test('in production does without nothing in place of gVisor', async () => {
    const options = { runtime: 'auto', production: true, slots: 1, gvisor: { runscPath: '/nowhere/runsc' } } as const;
    await expect(createProgramRunner(options)).rejects.toThrow(NoIsolationError);
    await expect(createProgramRunner(options)).rejects.toThrow("'/nowhere/runsc' is no runsc that runs");
  });
});
