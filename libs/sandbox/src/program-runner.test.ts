import { execFileSync } from 'node:child_process';
import type { Evaluation, Program } from '@leti/leti';
import { describeWithData } from '@leti/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { createProgramRunner, NoIsolationError, SandboxLostError } from './index.ts';
import { humanEvalGold, mbppGold } from './testing/benchmark-programs.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const runner = await startRunnerOrSkip('libs/sandbox');
afterAll(() => runner?.close());

const ADD = 'def add(a, b):\n    return a + b\n';
const program = (solution: string, tests: readonly string[], more: Partial<Program> = {}): Program => ({
  programId: 'p',
  prompt: '',
  solution,
  testSetupCode: '',
  tests,
  limits: {},
  ...more,
});

describe('createProgramRunner', () => {
  test('refuses with the reason when nothing can isolate', async () => {
    const options = { runtime: 'auto', slots: 1, pythonPath: '/bin/false' } as const;
    await expect(createProgramRunner(options)).rejects.toThrow(NoIsolationError);
    await expect(createProgramRunner(options)).rejects.toThrow('cannot be isolated on this machine: ');
  });

  test('refuses wrong numbers', async () => {
    await expect(createProgramRunner({ runtime: 'auto', slots: 0 })).rejects.toThrow('slots must be a whole number');
    const defaultLimits = { cpuTimeMs: 10 ** 9 };
    await expect(createProgramRunner({ runtime: 'auto', slots: 1, defaultLimits })).rejects.toThrow('Limits.cpuTimeMs');
  });

  test('runs without isolation when asked for by name, and says so', async () => {
    const unsafe = await createProgramRunner({ runtime: 'unsafe-process', slots: 1 });
    try {
      expect(unsafe.info).toMatchObject({ runtime: 'unsafe-process', slots: 1 });
      expect(unsafe.info.caveats.join(' ')).toContain('not isolated');
      const { outcome } = await unsafe.evaluate(program(ADD, ['assert add(1, 2) == 3']));
      expect(outcome).toBe('passed');
    } finally {
      await unsafe.close();
    }
  });
});

describe.skipIf(runner === undefined)('a program', () => {
  const evaluate = (...args: Parameters<typeof program>): Promise<Evaluation> => runner!.evaluate(program(...args));

  test('passes when every test holds', async () => {
    const evaluation = await evaluate(ADD, ['assert add(1, 2) == 3', 'assert add(2, 2) == 4']);
    expect(evaluation).toMatchObject({ programId: 'p', outcome: 'passed', feedback: '', exceptionType: '' });
    expect(evaluation.failedTestIndex).toBeUndefined();
    expect(evaluation.cpuTimeMs).toBeGreaterThan(0);
    expect(evaluation.peakMemoryBytes).toBeGreaterThan(2 ** 20);
  });

  test.for([
    { name: 'a failing second test', tests: ['assert add(1, 2) == 3', 'assert add(1, 2) == 4'], index: 1 },
    { name: 'a failing first test', tests: ['assert add(1, 2) == 4', 'assert add(1, 2) == 3'], index: 0 },
  ])('names $name', async ({ tests, index }) => {
    const { outcome, failedTestIndex, exceptionType } = await evaluate(ADD, tests);
    expect({ outcome, failedTestIndex, exceptionType }).toEqual({
      outcome: 'failed_assertion',
      failedTestIndex: index,
      exceptionType: 'AssertionError',
    });
  });

  test('has no failing test when it fails before them', async () => {
    const evaluation = await evaluate('raise KeyError(1)', ['assert True']);
    expect(evaluation).toMatchObject({ outcome: 'exception', exceptionType: 'KeyError', failedTestIndex: undefined });
  });

  test('names the test that a timeout fell into', async () => {
    const solution = 'def f(n):\n    while n:\n        pass\n';
    const limits = { cpuTimeMs: 200, wallTimeMs: 30_000 };
    const evaluation = await evaluate(solution, ['f(0)', 'f(1)'], { limits });
    expect(evaluation).toMatchObject({ outcome: 'cpu_timeout', failedTestIndex: 1, feedback: 'process timeout' });
  });

  test('counts what it writes', async () => {
    const evaluation = await evaluate('print("x" * 999, flush=True)', ['pass']);
    expect(evaluation).toMatchObject({ outcome: 'passed', outputBytes: 1000 });
  });

  test('has its prompt, set-up and tests counted as one file', async () => {
    const evaluation = await evaluate('\nx = 1', ['y', 'assert x == z\n'], {
      prompt: '"""Two\nlines."""',
      testSetupCode: 'y = 2\nz = 3',
    });
    expect(evaluation.feedback).toBe(
      'Traceback (most recent call last):\n  File "<string>", line 7, in <module>\n    assert x == z\nAssertionError\n',
    );
  });

  test('that is not valid text is a syntax error', async () => {
    for (const solution of ['x = "\ud800"', 'x = 1\0', '('.repeat(300)]) {
      expect((await evaluate(solution, ['assert True'])).outcome).toBe('syntax_error');
    }
  });

  test('with a limit above the maximum is refused', async () => {
    await expect(evaluate(ADD, [], { limits: { processes: 10_000 } })).rejects.toThrow(
      'Limits.processes must be a whole number in [1, 256], got 10000',
    );
  });

  test('that comes again is answered without running it', async () => {
    const tests = ['assert add(20, 2) == 22'];
    const before = runner!.counts;
    const all = await Promise.all(['1', '2', '3'].map((programId) => evaluate(ADD, tests, { programId })));
    expect(all.map(({ programId, outcome }) => `${programId} ${outcome}`)).toEqual([
      '1 passed',
      '2 passed',
      '3 passed',
    ]);
    expect(runner!.counts).toEqual({ ...before, run: before.run + 1, reused: before.reused + 2 });
  });

  test('is killed by its signal, and its slot serves the next one', async () => {
    const signals = [new AbortController(), new AbortController(), new AbortController()];
    const running = signals.map(({ signal }, i) =>
      runner!.evaluate(program(`import time\ntime.sleep(1000 + ${i})`, []), { signal }),
    );
    setTimeout(() => signals.forEach((each) => each.abort(new Error('caller left'))), 100);
    for (const each of running) await expect(each).rejects.toThrow('caller left');
    expect((await evaluate(ADD, ['assert add(5, 5) == 10'])).outcome).toBe('passed');
  });

  test('may have as many processes as its limit says, unless the runner says that it is approximate', async ({
    skip,
  }) => {
    if (runner!.info.caveats.join(' ').includes('process limit is approximate')) return skip();
    const forks = `import os, time
children = 0
try:
    while children < 100:
        if os.fork() == 0:
            time.sleep(10)
            os._exit(0)
        children += 1
except OSError:
    raise RuntimeError(f'{children} children')
`;
    const { feedback } = await runner!.evaluate(program(forks, ['assert True'], { limits: { processes: 16 } }));
    expect(feedback).toContain('RuntimeError: 15 children');
  });
});

describe.skipIf(runner === undefined)('a lost sandbox', () => {
  test('is replaced, and the program is run again', async () => {
    const own = await createProgramRunner({ runtime: 'auto', slots: 1 });
    try {
      const running = own.evaluate(program(`import time\ntime.sleep(1)\n${ADD}`, ['assert add(1, 1) == 2']));
      setTimeout(() => killSupervisors(1), 300);
      expect((await running).outcome).toBe('passed');
    } finally {
      await own.close();
    }
  });

  test('twice under one program is an error and not an outcome', async () => {
    const own = await createProgramRunner({ runtime: 'auto', slots: 1 });
    try {
      const solution = 'import os\nimport time\nfor _ in range(3): os.fork()\ntime.sleep(987654)\n';
      const running = own.evaluate(program(solution, []));
      const timer = setInterval(() => killSupervisors(1), 200);
      await expect(running).rejects.toThrow(SandboxLostError);
      clearInterval(timer);
      await own.close();
      const orphans = (): string[] => {
        const list = execFileSync('ps', ['-eo', 'ppid=,args='], { encoding: 'utf8' });
        return list.split('\n').filter((line) => /^\s*1\s.*run_zygote/.test(line));
      };
      await expect.poll(orphans).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

/** Kills the youngest supervisors that this process started. */
function killSupervisors(count: number): void {
  const list = execFileSync('ps', ['-o', 'pid=,args=', '--sort=start_time', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  });
  const found = list.split('\n').filter((line) => line.includes('run_supervisor.py'));
  // The two of the shared runner are older.
  for (const line of found.slice(2).slice(-count)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
}

for (const { name, path, read, step } of [
  { name: 'MBPP', path: 'mbpp/mbpp.jsonl', read: mbppGold, step: 20 },
  { name: 'HumanEval', path: 'humaneval/HumanEval.jsonl.gz', read: humanEvalGold, step: 8 },
]) {
  describeWithData(`${name}'s gold programs`, path, (file) => {
    test.skipIf(runner === undefined)('pass', async () => {
      const some = read(file).filter((_, index) => index % step === 0);
      const evaluations = await Promise.all(some.map((each) => runner!.evaluate(each)));
      expect(evaluations.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    });
  });
}
