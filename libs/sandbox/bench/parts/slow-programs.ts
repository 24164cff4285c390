import type { Limits, Program } from '@leti/leti';

/** A program that uses a known share of its CPU limit, with the outcome that it must have. */
export interface SlowProgram {
  readonly program: Program;
  readonly expected: 'passed' | 'cpu_timeout';
}

const SHARES = [0.3, 0.5, 0.7, 0.85, 1.25, 1.5, 2];

/**
 * Programs that compute until their own processor clock shows a share of the limit on CPU time: the demand does not depend on
 * the machine or its load, so neither may the verdict.
 */
export function slowPrograms(count: number, limits: Limits): SlowProgram[] {
  return Array.from({ length: count }, (_, i) => {
    const share = SHARES[i % SHARES.length]!;
    const solution = `import time

def busy(seconds):
    rounds = 0
    while time.process_time() < seconds:
        rounds += 1
    return ${i} + (rounds > 0)
`;
    const tests = [`assert busy(${(share * limits.cpuTimeMs) / 1000}) == ${i + 1}`];
    const programId = `busy for ${share} of its CPU limit, ${i}`;
    return {
      expected: share < 1 ? 'passed' : 'cpu_timeout',
      program: { programId, prompt: '', solution, testSetupCode: '', tests, limits },
    };
  });
}
