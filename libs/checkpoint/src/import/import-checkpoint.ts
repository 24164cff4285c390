import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseModelConfig, type ModelConfig } from '@leti/nn/model';
import { loadTokenizer, readTokenizerJson } from '@leti/tokenizer';
import { requireFinite } from '../checked-arrays.ts';
import { CheckpointNotFoundError, InvalidCheckpointError } from '../errors.ts';
import { syncPath, writeJson } from '../flushed-files.ts';
import { generationConfigOf } from '../generation-config.ts';
import { modelWeights } from '../model-weights.ts';
import { publishFolder } from '../publish-folder.ts';
import { readJsonObject, readJsonObjectIfThere } from '../read-json.ts';
import { requireFile, unreadable } from '../readable-file.ts';
import { writeModel } from '../safetensors/write-model.ts';
import { storedWeights } from '../stored-weights.ts';
import { DTYPE_NAMES, type WeightType } from '../weight-type.ts';
import { readTokenizerConfig } from './tokenizer-config.ts';
import { planSpecialTokens, withAddedTokens, withDecodedTokens, type TokenId } from './special-tokens.ts';
import { weightsWithRows } from './vocabulary-rows.ts';

/** How a model is taken in. */
export interface ImportOptions {
  /** What weights are rounded to, to nearest. Default: each tensor stays as it is, bit for bit. */
  readonly weightType?: WeightType;
  /** Bytes of weights in one file, beyond which they are sharded. Default: one file. */
  readonly maxShardBytes?: number;
  /** Where the model comes from, a JSON value. */
  readonly provenance?: unknown;
}

/** What import.json says of a folder; it does not count in the digest. */
export interface ImportRecord {
  /** The import's provenance, null when none was given. */
  readonly from: unknown;
  readonly addedTokens: readonly TokenId[];
  readonly addedRows: number;
}

/** What an import made. */
export interface ImportedCheckpoint {
  readonly folder: string;
  /** See {@link checkpointDigest}. */
  readonly digest: string;
  /** As it is now. */
  readonly config: ModelConfig;
  /** The special tokens that the tokenizer got, none if it had them. */
  readonly addedTokens: readonly TokenId[];
  /** Rows that embedding and head got, 0 where unused ones sufficed. */
  readonly addedRows: number;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** A tokenizer may have a few tokens more than its model has rows; one with many more is another model's. */
const MAX_NEW_ROWS = 1024;

/** Files that transformers reads beside those that are written here; copied as they are. */
const COPIED = ['special_tokens_map.json', 'vocab.json', 'merges.txt', 'tokenizer.model', 'chat_template.jinja'];

/** Of one of these; they have some megabytes at most. */
const MAX_COPIED_BYTES = 128 << 20;

/**
 * Makes a checkpoint of LETI out of any Hugging Face folder with a model of a known family: weights as safetensors under
 * their names, every number checked, and a tokenizer.json with the four special tokens, made of vocab.json and merges.txt
 * where the folder has only those. Unused rows of the embedding are taken
 * first; where there are too few, embedding and head are lengthened. config.json keeps every other field.
 *
 * @param from read only
 * @param to published as {@link publishFolder} does it: absent or whole, and importing the same again changes nothing
 * @throws what `readCheckpoint` and `writeCheckpoint` throw; nothing is published
 */
export async function importCheckpoint(
  from: string,
  to: string,
  options: ImportOptions = {},
): Promise<ImportedCheckpoint> {
  const json = await readJsonObject(join(from, 'config.json'));
  const config = parseModelConfig(json);
  const { path: tokenizerPath, json: tokenizer, tokens } = await readTokenizerJson(from);
  const plan = planSpecialTokens(tokens);
  const rows = Math.max(config.vocabSize, plan.minRows);
  if (rows > config.vocabSize + MAX_NEW_ROWS) {
    const problem = `ids must be < vocab_size ${config.vocabSize} or little beyond, got ${plan.firstFreeId - 1}`;
    throw new InvalidCheckpointError(tokenizerPath, problem);
  }
  const { weightType, maxShardBytes } = options;
  const newJson = {
    ...json,
    ...(rows === config.vocabSize ? {} : { vocab_size: rows }),
    ...(weightType === undefined ? {} : dtypeFields(json, weightType)),
  };

  const record: ImportRecord = {
    from: options.provenance ?? null,
    addedTokens: plan.added,
    addedRows: rows - config.vocabSize,
  };

  const weights = modelWeights(config, await storedWeights(from), from);
  for (const weight of weights) await requireFinite(weight);
  const digest = await publishFolder(to, async (folder) => {
    await writeJson(join(folder, 'config.json'), newJson);
    await writeJson(join(folder, 'generation_config.json'), await generationConfigIn(from, config));
    await writeJson(join(folder, 'tokenizer.json'), withAddedTokens(tokenizer, plan.added));
    const tokenizerConfig = await readTokenizerConfig(from);
    if (tokenizerConfig !== undefined)
      await writeJson(join(folder, 'tokenizer_config.json'), withDecodedTokens(tokenizerConfig, plan.added));
    for (const name of COPIED) await copyIfThere(join(from, name), join(folder, name));
    await writeJson(join(folder, 'import.json'), record);
    await loadTokenizer(folder, config); // what cannot be used is not published
    const usedRows = Math.min(plan.firstFreeId, config.vocabSize);
    const tensors = weightsWithRows(config, weights, {
      rows,
      usedRows,
      ...(weightType !== undefined && { type: weightType }),
    });
    await writeModel(folder, tensors, maxShardBytes);
  });
  return {
    folder: to,
    digest,
    config: parseModelConfig(newJson),
    addedTokens: record.addedTokens,
    addedRows: record.addedRows,
  };
}

/** config.json's name for the type, under the key that the file uses. */
function dtypeFields(json: JsonObject, type: WeightType): JsonObject {
  const keys = ['dtype', 'torch_dtype'].filter((key) => json[key] !== undefined);
  return Object.fromEntries((keys.length === 0 ? ['dtype'] : keys).map((key) => [key, DTYPE_NAMES[type]]));
}

async function generationConfigIn(folder: string, config: ModelConfig): Promise<JsonObject> {
  return (await readJsonObjectIfThere(join(folder, 'generation_config.json'))) ?? generationConfigOf(config);
}

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await requireFile(from, MAX_COPIED_BYTES);
    await copyFile(from, to);
  } catch (error) {
    if (error instanceof CheckpointNotFoundError) return;
    throw unreadable(from, error);
  }
  await syncPath(to);
}
