import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Program } from '@leti/leti';

/** A wrong program made out of a right one, with the names of the slips that made it. */
export interface Mutant {
  readonly program: Program;
  readonly mutations: readonly string[];
}

const MAX_BYTES = 512 * 2 ** 20;

/**
 * Mutants of MBPP's gold and HumanEval's canonical solutions; the same seed gives the same ones on the same Python version.
 * @param data folder with mbpp/mbpp.jsonl and humaneval/HumanEval.jsonl.gz
 * @param perProgram mutants of each of the 1,138 programs
 */
export async function readMutants(
  data: string,
  { seed, perProgram, python = 'python3' }: { seed: number; perProgram: number; python?: string },
): Promise<Mutant[]> {
  const script = join(import.meta.dirname, 'mutate.py');
  const { stdout } = await promisify(execFile)(python, ['-B', script, data, String(seed), String(perProgram)], {
    maxBuffer: MAX_BYTES,
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { mutations, ...program } = JSON.parse(line) as Omit<Program, 'limits'> & { mutations: string[] };
      return { mutations, program: { ...program, limits: {} } };
    });
}
