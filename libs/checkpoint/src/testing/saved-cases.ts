import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importCheckpoint } from '../import/import-checkpoint.ts';
import { readCheckpoint } from '../read-checkpoint.ts';
import { WEIGHT_TYPES } from '../weight-type.ts';
import { writeCheckpoint } from '../write-checkpoint.ts';
import { withoutLetiTokens } from './without-leti-tokens.ts';

/** The golden models, one of each kind that is read. */
export const GOLDEN_MODELS = ['codegen-tiny', 'llama-tiny', 'qwen2-tiny', 'smollm2-tiny', 'deepseek-tiny'] as const;

const folderOf = (name: string): string => fileURLToPath(new URL(`../../../../test/golden/${name}`, import.meta.url));

/**
 * Writes checkpoints of every kind that this package can write, for transformers to load: each golden model in each type,
 * sharded, and imported with four new rows. See `test/golden/check_saved.py`.
 *
 * @param root an empty folder
 * @returns digests by folder
 */
export async function writeSavedCases(root: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of GOLDEN_MODELS) {
    const source = await readCheckpoint(folderOf(name));
    const common = { ...source, tokenizerFrom: source.folder };
    for (const weightType of WEIGHT_TYPES) {
      const folder = `${name}-${weightType}`;
      digests[folder] = await writeCheckpoint(join(root, folder), { ...common, weightType });
    }
    const sharded = `${name}-sharded`;
    digests[sharded] = await writeCheckpoint(join(root, sharded), { ...common, maxShardBytes: 20_000 });
    const plain = await withoutLetiTokens(source.folder, join(root, 'plain'));
    const imported = `${name}-imported`;
    digests[imported] = (await importCheckpoint(plain, join(root, imported), { weightType: 'BF16' })).digest;
    await rm(plain, { recursive: true });
  }
  return digests;
}
