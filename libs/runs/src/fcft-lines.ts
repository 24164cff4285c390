import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { OUTCOMES } from '@leti/leti';
import { z } from 'zod';
import { parseLines, readJsonLines } from './json-lines.ts';
import { jsonLine } from './json-text.ts';
import { readJson } from './read-json.ts';
import type { IterationPaths } from './run-paths.ts';
import { CorruptStoreError } from './store-errors.ts';
import { writeFileAtomically, writeJsonAtomically } from './write-atomically.ts';

/** A line of fcft.jsonl: one sample as a training sequence, and what that is made of. */
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
  /** A second, short sequence that has the reward token as its target, where that is learnt. */
  firstTokenIds: z.array(z.int()).optional(),
  /** Of self-distillation: two contexts that end in the same `length` tokens, which one learns from the other. */
  distillation: z.strictObject({ student: z.array(z.int()), teacher: z.array(z.int()), length: z.int() }).optional(),
});

/** A line of fcft.jsonl. */
export type FcftLine = z.infer<typeof fcftLineSchema>;

const manifestSchema = z.strictObject({
  /** Hex, of fcft.jsonl. */
  sha256: z.string(),
  /** Lines. */
  sequences: z.int(),
  /** Names the settings that decide the lines; who writes them knows how. */
  settings: z.string(),
});

type FcftFiles = Pick<IterationPaths, 'fcft' | 'fcftManifest'>;
const parseLine = (json: unknown): FcftLine => fcftLineSchema.parse(json);

/**
 * What an iteration was trained on, in the order of the file.
 * @throws {CorruptStoreError} naming the line that is none
 */
export function readFcft(path: string): Promise<FcftLine[]> {
  return readJsonLines(path, { parse: parseLine });
}

/** Writes an iteration's lines, and then the manifest that makes them count. @throws {StoreFullError} */
export async function writeFcft(files: FcftFiles, lines: readonly FcftLine[], settings: string): Promise<void> {
  const content = Buffer.concat(lines.map((line) => Buffer.from(jsonLine(line))));
  await writeFileAtomically(files.fcft, content);
  await writeJsonAtomically(files.fcftManifest, { sha256: sha256Of(content), sequences: lines.length, settings });
}

/**
 * The lines as they were written under these settings; undefined when there are none, they were made under others, or
 * the file is not what was written. They follow from the ledger and can then be made again.
 */
export async function readFcftMadeBy(files: FcftFiles, settings: string): Promise<FcftLine[] | undefined> {
  try {
    const manifest = await readJson(files.fcftManifest, (json) => manifestSchema.parse(json));
    if (manifest === undefined || manifest.settings !== settings) return undefined;
    const content = await readFile(files.fcft);
    return sha256Of(content) === manifest.sha256 ? parseLines(files.fcft, content, { parse: parseLine }) : undefined;
  } catch (error) {
    if (error instanceof CorruptStoreError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
