import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOf, type ModelConfig } from '@leti/nn/model';
import { eosTokenOf, readTokenizerJson, SPECIAL_TOKENS } from '@leti/tokenizer';
import { checkpointDigest } from './checkpoint-digest.ts';
import { readTokenizerConfig } from './import/tokenizer-config.ts';
import { modelWeights } from './model-weights.ts';
import { readModelConfig } from './read-model-config.ts';
import { storedWeights } from './stored-weights.ts';
import { weightFilesOf } from './weight-files.ts';
import type { WeightType } from './weight-type.ts';

/** What a checkpoint folder holds. */
export interface CheckpointReport {
  readonly folder: string;
  /** See {@link checkpointDigest}. */
  readonly digest: string;
  readonly config: ModelConfig;
  readonly format: 'safetensors' | 'pytorch';
  /** Of weights. */
  readonly files: readonly { readonly name: string; readonly byteLength: number }[];
  /** Numbers in all weights; a tied head counts once. */
  readonly parameters: number;
  /** How many of them are of each type. */
  readonly parametersByType: Readonly<Partial<Record<WeightType, number>>>;
  readonly weights: readonly {
    readonly name: string;
    readonly type: WeightType;
    readonly shape: readonly number[];
  }[];
  /** Tokens of the tokenizer and rows of the embedding. */
  readonly vocabulary: { readonly tokens: number; readonly rows: number };
  /** LETI's tokens by role, and the one that ends a text; undefined ids are those that `leti model import` would add. */
  readonly specialTokens: readonly { readonly role: string; readonly token: string; readonly id: number | undefined }[];
}

/**
 * Looks at a checkpoint folder without reading its weights, but for the digest. Shapes and types are checked, numbers
 * are not; a tokenizer without LETI's special tokens is fine.
 *
 * @throws {CheckpointNotFoundError} {InvalidCheckpointError} {UnsupportedModelError} {TokenizerNotFoundError}
 */
export async function inspectCheckpoint(folder: string): Promise<CheckpointReport> {
  const config = await readModelConfig(folder);
  const { format, names } = await weightFilesOf(folder);
  const weights = modelWeights(config, await storedWeights(folder), folder);
  const { tokens } = await readTokenizerJson(folder);
  const ids = new Map(Array.from(tokens, ([id, token]) => [token, id]));
  const eos = eosTokenOf((await readTokenizerConfig(folder)) ?? {}, tokens, config.eosTokenId) ?? SPECIAL_TOKENS.eos;
  const files = await Promise.all(
    names.map(async (name) => ({ name, byteLength: (await stat(join(folder, name))).size })),
  );
  const parametersByType: Partial<Record<WeightType, number>> = {};
  for (const { type, shape } of weights) parametersByType[type] = (parametersByType[type] ?? 0) + sizeOf(shape);
  return {
    folder,
    digest: await checkpointDigest(folder),
    config,
    format,
    files,
    parameters: Object.values(parametersByType).reduce((sum, count) => sum + count, 0),
    parametersByType,
    weights: weights.map(({ name, type, shape }) => ({ name, type, shape })),
    vocabulary: { tokens: tokens.size, rows: config.vocabSize },
    specialTokens: Object.entries({ ...SPECIAL_TOKENS, eos }).map(([role, token]) => ({
      role,
      token,
      id: ids.get(token),
    })),
  };
}
