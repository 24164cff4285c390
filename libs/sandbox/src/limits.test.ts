import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Evaluation, Limits } from '@leti/leti';
import { afterAll, describe, expect, test } from 'vitest';
import { createProgramRunner, SandboxLostError, type ProgramRunner } from './index.ts';
import { DEFAULT_LIMITS, scaleLimits } from './limits.ts';
import { processesOf } from './testing/sandbox-processes.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const MIB = 2 ** 20;

test('limits scale with the CPU time that the machine needs, and wall time never shrinks', () => {
  const limits = { ...DEFAULT_LIMITS, cpuTimeMs: 1_000, wallTimeMs: 3_000 };
  expect(scaleLimits(limits, 2)).toEqual({ ...limits, cpuTimeMs: 2_000, wallTimeMs: 6_000 });
  expect(scaleLimits(limits, 0.5)).toEqual({ ...limits, cpuTimeMs: 500 });
  expect(scaleLimits({ ...limits, cpuTimeMs: 1 }, 0.25)).toEqual({ ...limits, cpuTimeMs: 1 });
});

const startRunner = (more: object): Promise<ProgramRunner | undefined> =>
  startRunnerOrSkip('limits', { keptVerdicts: 0, ...more });

const runner = await startRunner({ cpuScale: 1 });
afterAll(() => runner?.close());

const evaluateIn = (
  some: ProgramRunner,
  solution: string,
  limits: Partial<Limits> = {},
  test = 'assert f() == 1',
): Promise<Evaluation> =>
  some.evaluate({ programId: 'p', prompt: '', solution, testSetupCode: '', tests: [test], limits });

describe.skipIf(runner === undefined)('a program', () => {
  const evaluate = (...args: [string, Partial<Limits>?, string?]): Promise<Evaluation> => evaluateIn(runner!, ...args);

  test('has the CPU time of all its children counted, also of those that ended and of orphans', async () => {
    const child = '    end = time.process_time() + 0.1\n    while time.process_time() < end: pass\n    os._exit(0)\n';
    const head = 'import os, time\ndef burn():\n' + child;
    const limits = { cpuTimeMs: 400, wallTimeMs: 20_000, processes: 64 };
    const waited = `${head}while True:\n    pid = os.fork()\n    if pid == 0: burn()\n    os.waitpid(pid, 0)\n`;
    const orphans = `${head}while True:\n    pid = os.fork()\n    if pid == 0:\n        if os.fork() == 0: burn()\n        os._exit(0)\n    os.waitpid(pid, 0)\n    time.sleep(0.1)\n`;
    const seen = await Promise.all([waited, orphans].map((solution) => evaluate(solution, limits)));
    expect(seen.map(({ outcome }) => outcome)).toEqual(['cpu_timeout', 'cpu_timeout']);
  });

  test('cannot have the kernel forget the CPU time of its children', async () => {
    const solution = 'import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n';
    expect((await evaluate(solution)).exceptionType).toBe('PermissionError');
    expect((await evaluate('import signal\ndef f(): return int(signal.getsignal(17) == 0)\n')).outcome).toBe('passed');
  });

  test('has the memory of its tree bounded, in which pages that processes share count once', async () => {
    const children = (each: string): string => `import os, time
big = b'x' * (100 << 20)
ready, tell = os.pipe()
for _ in range(6):
    if os.fork() == 0:
        ${each}
        os.write(tell, b'.')
        time.sleep(100)
for _ in range(6): os.read(ready, 1)
time.sleep(1)
def f(): return 1
`;
    const limits = { memoryBytes: 256 * MIB };
    const [shared, own] = await Promise.all([
      evaluate(children('pass'), limits),
      evaluate(children("mine = b'y' * (100 << 20)"), limits),
    ]);
    expect(shared.outcome).toBe('passed');
    expect(own.outcome).toBe('memory_exceeded');
    expect(own.peakMemoryBytes).toBeGreaterThan(256 * MIB);
  });

  test('that sleeps is run once', async () => {
    const evaluation = await evaluate('import time\ntime.sleep(100)\n', { wallTimeMs: 300 });
    expect(evaluation).toMatchObject({ outcome: 'wall_timeout', executions: 1, exitSignal: 0 });
  });

  test('that waits for a core is not taken for one that sleeps', async () => {
    const script = ['-c', 'while True: pass'];
    // Each in a session of its own, for the kernel may share cores between sessions.
    const busy = Array.from({ length: 8 * availableParallelism() }, () =>
      spawn('python3', script, { detached: true, stdio: 'ignore' }),
    );
    try {
      const solution =
        'import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\ndef f(): return 1\n';
      expect((await evaluate(solution, { cpuTimeMs: 900, wallTimeMs: 2_000 })).outcome).toBe('passed');
    } finally {
      for (const each of busy) each.kill('SIGKILL');
    }
  });

  test.for([
    ['kills itself', 9],
    ['sends itself the signal of the CPU limit', 24],
  ] as const)('that %s is run again, and then it is its own end', async ([, exitSignal]) => {
    const evaluation = await evaluate(`import os\nos.kill(os.getpid(), ${exitSignal})\n`);
    expect(evaluation).toMatchObject({ outcome: 'early_exit', executions: 2, exitSignal });
  });

  test('that crashes has the signal of its end', async () => {
    const evaluation = await evaluate('import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGSEGV)\n');
    expect(evaluation).toMatchObject({ outcome: 'early_exit', executions: 1, exitSignal: 11, failedTestIndex: 0 });
  });

  test('whose judge is killed both times has no verdict', async () => {
    const judging = evaluate('def f(): return 1\n', {}, 'import os; os.kill(os.getpid(), 9)');
    await expect(judging).rejects.toThrow(SandboxLostError);
    await expect(judging).rejects.toThrow('the judge was killed');
  });

  test('is gone when its caller has left', async () => {
    const abort = new AbortController();
    const program = { programId: 'p', prompt: '', testSetupCode: '', tests: ['1'], limits: {} };
    const running = runner!.evaluate(
      { ...program, solution: 'import os\nos.fork()\nwhile True: pass\n' },
      { signal: abort.signal },
    );
    await expect.poll(() => processesOf('candidate').length, { timeout: 30_000 }).toBeGreaterThan(1);
    abort.abort(new Error('left'));
    await expect(running).rejects.toThrow('left');
    await expect.poll(() => [...processesOf('candidate'), ...processesOf('judge')]).toEqual([]);
  });
});

describe.skipIf(runner === undefined)('a runner', () => {
  const OK = 'def f(): return 1\n';

  test('gives CPU time by its scale', async () => {
    const own = (await startRunner({ slots: 1, cpuScale: 3 }))!;
    try {
      expect(own.info.cpuScale).toBe(3);
      const { outcome, cpuTimeMs } = await evaluateIn(own, 'while True: pass', { cpuTimeMs: 100 });
      expect(outcome).toBe('cpu_timeout');
      expect(cpuTimeMs).toBeGreaterThan(250);
    } finally {
      await own.close();
    }
    await expect(createProgramRunner({ runtime: 'auto', cpuScale: 9 })).rejects.toThrow(
      'cpuScale must be in [0.25, 8], got 9',
    );
  });

  test.for([
    { name: 'a program count', options: { recycleAfter: 2 }, solutions: [OK, OK] },
    { name: 'an age', options: { recycleAfterMs: 1 }, solutions: [OK] },
    { name: 'tampering', options: {}, solutions: ['import os\nos.write(3, b"x" * 99)\n'] },
    { name: 'a process limit', options: {}, solutions: ['import os\nwhile True: os.fork()\n'] },
  ])('replaces a sandbox after $name, and serves meanwhile', async ({ options, solutions }) => {
    const others = processesOf('supervisor');
    const own = (await startRunner({ slots: 1, ...options }))!;
    try {
      const first = processesOf('supervisor').filter((pid) => !others.includes(pid));
      for (const solution of solutions) await evaluateIn(own, solution);
      expect((await evaluateIn(own, OK)).outcome).toBe('passed');
      const replaced = (): boolean => first.every((pid) => !processesOf('supervisor').includes(pid));
      await expect.poll(replaced, { timeout: 30_000 }).toBe(true);
      expect((await evaluateIn(own, OK)).outcome).toBe('passed');
    } finally {
      await own.close();
    }
  });
});
