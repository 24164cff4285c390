import type { Problem } from '@leti/leti';
import { z } from 'zod';
import { writeFileAtomically } from '@leti/runs';
import { readLines } from './durable-lines.ts';

const problemLineSchema = z.strictObject({
  problemId: z.string(),
  prompt: z.string(),
  testSetupCode: z.string(),
  tests: z.array(z.string()),
});

/** Writes a run's problems, in the run's order. */
export function writeProblems(path: string, problems: readonly Problem[]): Promise<void> {
  return writeFileAtomically(
    path,
    problems.map((problem) => `${JSON.stringify(problemLineSchema.parse(problem))}\n`).join(''),
  );
}

/** @throws {CorruptStoreError} */
export async function readProblems(path: string): Promise<Problem[]> {
  return (await readLines(path, problemLineSchema)).values;
}
