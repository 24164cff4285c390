import type { Limits, Program } from '@leti/leti';
import type { ProgramRunner } from '../../src/index.ts';

/** A program that needs a known share of its CPU limit, with the outcome that it must have. */
export interface SlowProgram {
  readonly program: Program;
  readonly expected: 'passed' | 'cpu_timeout';
}

const SHARES = [0.3, 0.5, 0.7, 0.85, 1.25, 1.5, 2];
const MEASURED_ROUNDS = 2e6;
const MEASURES = 7;

/**
 * Programs that do as many rounds of the same work as take a share of the limit on CPU time, on the machine as it is now: what
 * they have to do does not depend on its load later, so neither may the verdict.
 */
export async function slowPrograms(runner: ProgramRunner, count: number, limits: Limits): Promise<SlowProgram[]> {
  const seconds = (limits.cpuTimeMs / 1000) * runner.info.cpuScale;
  const rounds = seconds * (await roundsPerSecond(runner, limits));
  return Array.from({ length: count }, (_, i) => {
    const share = SHARES[i % SHARES.length]!;
    const programId = `busy for ${share} of its CPU limit, ${i}`;
    return {
      expected: share < 1 ? 'passed' : 'cpu_timeout',
      program: { ...busyProgram(programId, Math.round(share * rounds), i), limits },
    };
  });
}

/** Of the work, in a second of CPU time: the most of several runs, which others disturbed least. */
async function roundsPerSecond(runner: ProgramRunner, limits: Limits): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < MEASURES; i++) {
    const long = await runner.evaluate({ ...busyProgram('measured', MEASURED_ROUNDS, i), limits });
    const short = await runner.evaluate({ ...busyProgram('measured', 1, i), limits });
    if (long.outcome !== 'passed') throw new Error(`${MEASURED_ROUNDS} rounds: ${long.outcome}`);
    least = Math.min(least, long.cpuTimeMs - short.cpuTimeMs);
  }
  return (MEASURED_ROUNDS / least) * 1000;
}

function busyProgram(programId: string, rounds: number, number: number): Omit<Program, 'limits'> {
  const solution = `def busy(rounds):
    total = 0
    for round in range(rounds):
        total = (total * 31 + round) % 1000003
    return ${number} + (total >= 0)
`;
  return { programId, prompt: '', solution, testSetupCode: '', tests: [`assert busy(${rounds}) == ${number + 1}`] };
}
