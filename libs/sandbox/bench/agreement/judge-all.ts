import type { Limits } from '@leti/leti';
import type { ProgramRunner } from '../../src/index.ts';
import type { JudgeVerdict } from './compare-verdicts.ts';
import type { Mutant } from './mutants.ts';

/** The sandbox's verdicts, in the order of `mutants`; a program that gets none is told with the error's name. */
export async function judgeAll(
  runner: ProgramRunner,
  mutants: readonly Mutant[],
  limits: Limits,
): Promise<JudgeVerdict[]> {
  return await Promise.all(
    mutants.map(async ({ program }) => {
      try {
        return await runner.evaluate({ ...program, limits });
      } catch (error) {
        const name = error instanceof Error ? error.name : String(error);
        return { outcome: `error ${name}` as const, exceptionType: '', feedback: '', cpuTimeMs: 0 };
      }
    }),
  );
}
