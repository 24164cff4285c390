import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelConfigToJson, type ModelConfig, type NamedArrays } from '@leti/nn/model';
import { TokenizerNotFoundError } from '@leti/tokenizer';
import { syncPath, writeJson } from './flushed-files.ts';
import { generationConfigOf } from './generation-config.ts';
import { publishFolder } from './publish-folder.ts';
import { arrayToWrite } from './safetensors/tensor-to-write.ts';
import { writeModel } from './safetensors/write-model.ts';
import { writeSafetensors } from './safetensors/write-safetensors.ts';
import { DTYPE_NAMES, type WeightType } from './weight-type.ts';

/** What a checkpoint folder is made of. */
export interface CheckpointToWrite {
  readonly config: ModelConfig;
  readonly weights: NamedArrays;
  /** What weights are rounded to, to nearest. Default F32: as they are. Optimizer state is always F32. */
  readonly weightType?: WeightType;
  /** Bytes of weights in one file, beyond which they are sharded. Default: one file. */
  readonly maxShardBytes?: number;
  /** Folder whose tokenizer.json, and tokenizer_config.json where there is one, are copied. */
  readonly tokenizerFrom: string;
  /** Ids that end a text beside those that `config` names, for generation_config.json; see `Checkpoint.endIds`. */
  readonly endIds?: readonly number[];
  /** Saved as optimizer.safetensors. */
  readonly optimizerState?: NamedArrays;
  /** A JSON value, saved as trainer_state.json. */
  readonly trainerState?: unknown;
}

/**
 * Publishes a checkpoint folder that transformers can load; see {@link publishFolder} for what happens to a writer that
 * is killed, and to one that finds the name taken.
 *
 * @returns the digest, see {@link checkpointDigest}
 * @throws {CheckpointExistsError} if another model is there already
 * @throws {CheckpointStoreFullError} if the disk, the quota or the largest allowed file is full; nothing is published
 * @throws {TokenizerNotFoundError} if `tokenizerFrom` has no tokenizer.json
 * @throws {RangeError} if an array does not fit its shape, or a weight is beyond what `weightType` can hold
 */
export function writeCheckpoint(folder: string, checkpoint: CheckpointToWrite): Promise<string> {
  return publishFolder(folder, (temporary) => writeFiles(temporary, checkpoint));
}

async function writeFiles(folder: string, checkpoint: CheckpointToWrite): Promise<void> {
  const { config, tokenizerFrom, weightType = 'F32' } = checkpoint;
  await copySynced(join(tokenizerFrom, 'tokenizer.json'), join(folder, 'tokenizer.json'), (path, cause) => {
    throw new TokenizerNotFoundError(path, { cause });
  });
  await copySynced(
    join(tokenizerFrom, 'tokenizer_config.json'),
    join(folder, 'tokenizer_config.json'),
    () => undefined,
  );
  await writeJson(join(folder, 'config.json'), { ...modelConfigToJson(config), dtype: DTYPE_NAMES[weightType] });
  await writeJson(join(folder, 'generation_config.json'), generationConfigOf(config, checkpoint.endIds));
  const weights = Array.from(checkpoint.weights, ([name, array]) => arrayToWrite(name, array, weightType));
  await writeModel(folder, weights, checkpoint.maxShardBytes);
  if (checkpoint.optimizerState !== undefined) {
    await writeSafetensors(join(folder, 'optimizer.safetensors'), checkpoint.optimizerState);
  }
  if (checkpoint.trainerState !== undefined)
    await writeJson(join(folder, 'trainer_state.json'), checkpoint.trainerState);
}

async function copySynced(
  from: string,
  to: string,
  whenMissing: (path: string, cause: unknown) => void,
): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return whenMissing(from, error);
  }
  await syncPath(to);
}
