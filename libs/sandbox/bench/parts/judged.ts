import type { Outcome } from '@leti/leti';
import type { ProgramRunner } from '../../src/index.ts';
import type { Program } from '@leti/leti';

/** What a bench keeps of a verdict. `error` stands where there is no verdict, with the error's name. */
export interface Judged {
  readonly programId: string;
  readonly outcome: Outcome | `error ${string}`;
  readonly exceptionType: string;
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Judges a program; an infrastructure fault is told as such and not thrown. */
export async function judged(runner: ProgramRunner, program: Program): Promise<Judged> {
  const { programId } = program;
  try {
    const { outcome, exceptionType, wallTimeMs, cpuTimeMs } = await runner.evaluate(program);
    return { programId, outcome, exceptionType, wallMs: wallTimeMs, cpuMs: cpuTimeMs };
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    return { programId, outcome: `error ${name}`, exceptionType: '', wallMs: 0, cpuMs: 0 };
  }
}
