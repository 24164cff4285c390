import type { Problem } from '@leti/leti';
import { z } from 'zod';
import { readJsonLines } from './json-lines.ts';
import { jsonLine } from './json-text.ts';
import { writeFileAtomically } from './write-atomically.ts';

const problemLineSchema = z.strictObject({
  problemId: z.string(),
  prompt: z.string(),
  testSetupCode: z.string(),
  tests: z.array(z.string()),
  // Only of runs that train on it.
  referenceSolution: z.string().optional(),
});

/** Writes a run's problems, in the run's order. @throws {StoreFullError} */
export function writeProblems(path: string, problems: readonly Problem[]): Promise<void> {
  return writeFileAtomically(path, problems.map((problem) => jsonLine(problemLineSchema.parse(problem))).join(''));
}

/** A run's problems; none when they have not been written. @throws {CorruptStoreError} */
export function readProblems(path: string): Promise<Problem[]> {
  return readJsonLines(path, { parse: (json) => problemLineSchema.parse(json) });
}
