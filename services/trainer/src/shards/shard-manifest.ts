import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Changes when the files of a shard mean something else: old ones are then no longer found. */
const FORMAT = 1;

/** What a shard was made of, and under what name it is found. */
export interface ShardSource {
  /** Of the corpus: `corpusDigest`. */
  readonly corpusDigest: string;
  /** See {@link tokenizerDigest}. */
  readonly tokenizerDigest: string;
}

const fileSchema = z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** What manifest.json of a shard holds. */
export const shardManifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  corpusDigest: z.string(),
  tokenizerDigest: z.string(),
  /** 2 or 4: unsigned, least significant byte first. */
  bytesPerToken: z.union([z.literal(2), z.literal(4)]),
  documents: z.int().min(1),
  tokens: z.int().min(0),
  files: z.strictObject({ 'tokens.bin': fileSchema, 'offsets.bin': fileSchema }),
});

export type ShardManifest = z.infer<typeof shardManifestSchema>;

/** A shard's files. */
export const SHARD_FILES = ['tokens.bin', 'offsets.bin'] as const;

export function newManifest(
  source: ShardSource,
  rest: Pick<ShardManifest, 'bytesPerToken' | 'documents' | 'tokens' | 'files'>,
): ShardManifest {
  return { format: FORMAT, ...source, ...rest };
}

/** The name of a shard's folder: the same for the same corpus and tokenizer, in every run. 32 hex digits. */
export function shardKey({ corpusDigest, tokenizerDigest }: ShardSource): string {
  const text = `${FORMAT}\n${corpusDigest}\n${tokenizerDigest}\n`;
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * What decides the ids that a checkpoint's tokenizer gives for a text: its files. Training copies them from checkpoint to
 * checkpoint.
 */
export async function tokenizerDigest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
    const content = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    hash.update(`${content.length}\n`).update(content);
  }
  return `sha256:${hash.digest('hex')}`;
}
