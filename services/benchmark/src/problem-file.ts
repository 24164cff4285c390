import type { Problem } from '@leti/leti';
import { readJsonLines, writeFileAtomically } from '@leti/runs';
import { z } from 'zod';

const problemLineSchema = z.strictObject({
  problemId: z.string(),
  prompt: z.string(),
  testSetupCode: z.string(),
  tests: z.array(z.string()),
});

/** Writes a run's problems, in the run's order. @throws {StoreFullError} */
export function writeProblems(path: string, problems: readonly Problem[]): Promise<void> {
  return writeFileAtomically(
    path,
    problems.map((problem) => `${JSON.stringify(problemLineSchema.parse(problem))}\n`).join(''),
  );
}

/** A run's problems; none when they have not been written. @throws {CorruptStoreError} */
export function readProblems(path: string): Promise<Problem[]> {
  return readJsonLines(path, { parse: (json) => problemLineSchema.parse(json) });
}
