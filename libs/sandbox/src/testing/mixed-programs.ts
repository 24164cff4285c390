import type { Outcome, Program } from '@leti/leti';

/** A program with the one outcome it has wherever and however often it runs. */
export interface MixedProgram {
  readonly program: Program;
  readonly outcome: Outcome;
}

/** Milliseconds that the longer ones take, so that something can happen to them. */
const LONG_MS = 150;

const KINDS: readonly { readonly solution: string; readonly outcome: Outcome; readonly limits?: Program['limits'] }[] =
  [
    { solution: 'def f(n):\n    return n + 1\n', outcome: 'passed' },
    { solution: 'def f(n):\n    return n\n', outcome: 'failed_assertion' },
    { solution: `import time\ntime.sleep(${LONG_MS / 1000})\ndef f(n):\n    return n + 1\n`, outcome: 'passed' },
    {
      solution: `import time\ndef f(n):\n    end = time.time() + ${LONG_MS / 1000}\n    while time.time() < end:\n        pass\n    return n + 1\n`,
      outcome: 'passed',
    },
    { solution: 'def f(n):\n    return [][n]\n', outcome: 'exception' },
    { solution: 'def f(n:\n', outcome: 'syntax_error' },
    { solution: 'import os\nos._exit(0)\n', outcome: 'early_exit' },
    { solution: 'def f(n):\n    while True:\n        pass\n', outcome: 'cpu_timeout', limits: { cpuTimeMs: 200 } },
    { solution: 'import time\ntime.sleep(100)\n', outcome: 'wall_timeout', limits: { wallTimeMs: 400 } },
    { solution: 'import os\nos.write(3, b"verdict")\n', outcome: 'tampering' },
  ];

/** `count` programs of all kinds, no two alike. */
export function mixedPrograms(count: number): MixedProgram[] {
  return Array.from({ length: count }, (_, i) => {
    const { solution, outcome, limits = {} } = KINDS[i % KINDS.length]!;
    const programId = `${i}-${outcome}`;
    const tests = [`assert f(${i}) == ${i + 1}`];
    return { program: { programId, prompt: '', solution, testSetupCode: '', tests, limits }, outcome };
  });
}
