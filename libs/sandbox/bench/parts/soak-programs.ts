import { join } from 'node:path';
import type { Outcome, Program } from '@leti/leti';
import type { ProgramRunner } from '../../src/index.ts';
import { humanEvalGold, mbppGold } from '../../src/testing/benchmark-programs.ts';
import { readMutants } from '../agreement/mutants.ts';
import { readPrograms } from './hostile-programs.ts';

/** A program that ends fast, with the outcomes that it may have. */
export interface SoakProgram {
  readonly program: Program;
  readonly expected: readonly Outcome[];
}

/** What a soak is made of. */
export interface SoakPrograms {
  /** Right programs, and wrong ones made of them. */
  readonly ordinary: readonly SoakProgram[];
  readonly hostile: readonly SoakProgram[];
  /** Programs whose first verdict was not one of those expected. */
  readonly wrong: readonly { readonly programId: string; readonly outcome: Outcome }[];
}

/** More than this makes a program too slow to be run a hundred times. Milliseconds. */
const MAX_CPU_MS = 100;
const MAX_WALL_MS = 5_000;
/** Ordinary programs that need more are left out, so none comes near it later. */
const LIMITS = { cpuTimeMs: 500, wallTimeMs: 120_000 };
const CHANCE = new Set<Outcome>(['cpu_timeout', 'wall_timeout', 'memory_exceeded']);

/**
 * Runs gold programs, mutants and hostile programs once each and keeps those that end fast and not by a limit on time or
 * memory. A mutant's first verdict is what all later ones have to be.
 */
export async function readSoakPrograms(data: string, runner: ProgramRunner): Promise<SoakPrograms> {
  const gold = [
    ...mbppGold(join(data, 'mbpp', 'mbpp.jsonl')),
    ...humanEvalGold(join(data, 'humaneval', 'HumanEval.jsonl.gz')),
  ].map((program): Candidate => ({ program: { ...program, limits: LIMITS }, expected: ['passed'] }));
  const mutants = (await readMutants(data, { seed: 11, perProgram: 1 }))
    .filter(({ mutations }) => !mutations.includes('endless_loop'))
    .map(({ program }): Candidate => ({ program: { ...program, limits: LIMITS } }));
  const hostile = readPrograms('hostile')
    .filter(({ expected }) => !expected.some((outcome) => CHANCE.has(outcome)))
    .map(({ program, expected }): Candidate => ({ program, expected }));
  const wrong: { programId: string; outcome: Outcome }[] = [];
  const kept = async (candidates: readonly Candidate[]): Promise<SoakProgram[]> =>
    (await Promise.all(candidates.map((candidate) => tried(candidate, runner, wrong)))).filter(
      (program) => program !== undefined,
    );
  return { ordinary: await kept([...gold, ...mutants]), hostile: await kept(hostile), wrong };
}

interface Candidate {
  readonly program: Program;
  readonly expected?: readonly Outcome[];
}

async function tried(
  { program, expected }: Candidate,
  runner: ProgramRunner,
  wrong: { programId: string; outcome: Outcome }[],
): Promise<SoakProgram | undefined> {
  const { outcome, cpuTimeMs, wallTimeMs } = await runner.evaluate(program);
  if (CHANCE.has(outcome) || cpuTimeMs > MAX_CPU_MS || wallTimeMs > MAX_WALL_MS) return undefined;
  if (expected !== undefined && !expected.includes(outcome)) wrong.push({ programId: program.programId, outcome });
  return { program, expected: expected ?? [outcome] };
}
