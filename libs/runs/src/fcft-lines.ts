import { OUTCOMES } from '@leti/leti';
import { z } from 'zod';
import { readJsonLines } from './json-lines.ts';

/** A line of fcft.jsonl: one training sequence, and what it is made of. */
const fcftLineSchema = z.strictObject({
  problemId: z.string(),
  sampleIndex: z.int(),
  reward: z.enum(['<|good|>', '<|bad|>']),
  outcome: z.enum(OUTCOMES),
  feedback: z.string(),
  prompt: z.string(),
  solution: z.string(),
  /** The sequence as trained on: reward token, feedback, problem, solution, cut on the right. */
  tokenIds: z.array(z.int()),
});

/** A line of fcft.jsonl. */
export type FcftLine = z.infer<typeof fcftLineSchema>;

/**
 * What an iteration was trained on, in the order of the file.
 * @throws {CorruptStoreError} naming the line that is none
 */
export function readFcft(path: string): Promise<FcftLine[]> {
  return readJsonLines(path, { parse: (json) => fcftLineSchema.parse(json) });
}
