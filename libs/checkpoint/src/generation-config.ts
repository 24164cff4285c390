import { join } from 'node:path';
import { shownValue, type ModelConfig } from '@leti/nn/model';
import type { Tokenizer } from '@leti/tokenizer';
import { InvalidCheckpointError } from './errors.ts';
import { readJsonObjectIfThere } from './read-json.ts';

const NAME = 'generation_config.json';

/**
 * Every id that ends a text: the tokenizer's end-of-text token, those of config.json, and those of
 * generation_config.json, which chat models list there alone, and which transformers' `generate` and vLLM stop at.
 *
 * @param folder a checkpoint's, with its configuration and tokenizer
 * @returns distinct, in [0, vocabSize), the tokenizer's first
 * @throws {InvalidCheckpointError} for a generation_config.json that is none, or names an id outside the vocabulary
 */
export async function readEndIds(
  folder: string,
  config: ModelConfig,
  tokenizer: Tokenizer,
): Promise<readonly number[]> {
  const path = join(folder, NAME);
  const stated: unknown = (await readJsonObjectIfThere(path))?.['eos_token_id'] ?? null;
  const list: readonly unknown[] = Array.isArray(stated) ? stated : stated === null ? [] : [stated];
  const isId = (id: unknown): id is number => Number.isInteger(id) && Number(id) >= 0 && Number(id) < config.vocabSize;
  if (!list.every(isId)) {
    const got = shownValue(stated).slice(0, 80);
    throw new InvalidCheckpointError(path, `eos_token_id must be ids in [0, ${config.vocabSize}), got ${got}`);
  }
  return [...new Set([tokenizer.special.eos, config.eosTokenId, ...(config.eosTokenIds ?? []), ...list])];
}

/**
 * What transformers' `generate` reads: the tokens that begin, end and fill a text.
 * @param endIds end a text beside those of config.json, see {@link readEndIds}
 */
export function generationConfigOf(config: ModelConfig, endIds: readonly number[] = []): Record<string, unknown> {
  const ends = [...new Set([config.eosTokenId, ...(config.eosTokenIds ?? []), ...endIds])];
  return {
    ...(config.bosTokenId === undefined ? {} : { bos_token_id: config.bosTokenId }),
    eos_token_id: ends.length === 1 ? ends[0] : ends,
    pad_token_id: config.padTokenId ?? config.eosTokenId,
  };
}
