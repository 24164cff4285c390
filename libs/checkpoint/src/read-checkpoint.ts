import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelConfig, NamedArrays } from '@leti/nn/model';
import { loadTokenizer, type Tokenizer } from '@leti/tokenizer';
import { checkedArrays } from './checked-arrays.ts';
import { checkpointDigest } from './checkpoint-digest.ts';
import { DigestMismatchError, InvalidCheckpointError } from './errors.ts';
import { readEndIds } from './generation-config.ts';
import { modelWeights } from './model-weights.ts';
import { readJson } from './read-json.ts';
import { readModelConfig } from './read-model-config.ts';
import { readSafetensors } from './safetensors/read-safetensors.ts';
import { storedWeights } from './stored-weights.ts';

/** A model with its tokenizer, as read from a Hugging Face folder. */
export interface Checkpoint {
  readonly folder: string;
  /** See {@link checkpointDigest}. */
  readonly digest: string;
  readonly config: ModelConfig;
  /**
   * float32, by Hugging Face name; exactly the names and shapes that `config` implies, every number finite. Each
   * `data` is read from its file when it is asked for: see {@link checkedArrays}.
   */
  readonly weights: NamedArrays;
  readonly tokenizer: Tokenizer;
  /** Every id that ends a text, see {@link readEndIds}. */
  readonly endIds: readonly number[];
  /** Present if asked for and there: what `FineTuner.optimizerState()` gave; read as the weights are. */
  readonly optimizerState?: NamedArrays;
  /** Present if asked for and there: the JSON value that was saved. */
  readonly trainerState?: unknown;
}

/** What is read, and what is insisted on. */
export interface ReadCheckpointOptions {
  /** Fail unless the folder has this digest. */
  readonly expectedDigest?: string;
  /** Also read optimizer.safetensors and trainer_state.json, where they are. Default false. */
  readonly withOptimizer?: boolean;
}

/**
 * Reads a checkpoint folder and checks it whole: every tensor that the config implies is there with its shape, is
 * finite, nothing is left over, and the tokenizer has no id beyond the model's vocabulary. Weights may be safetensors or
 * `pytorch_model.bin`, whole or sharded, in float32, float16 or bfloat16.
 *
 * @throws {CheckpointNotFoundError} if the folder, config.json or a file of weights is missing
 * @throws {DigestMismatchError} before any weight is read
 * @throws {InvalidCheckpointError} naming the file and the tensor or field
 * @throws {UnsupportedModelError} from `parseModelConfig`
 * @throws {TokenizerNotFoundError} and its kin from `loadTokenizer`
 */
export async function readCheckpoint(folder: string, options: ReadCheckpointOptions = {}): Promise<Checkpoint> {
  const digest = await checkpointDigest(folder);
  if (options.expectedDigest !== undefined && options.expectedDigest !== digest) {
    throw new DigestMismatchError(folder, options.expectedDigest, digest);
  }
  const config = await readModelConfig(folder);
  const tokenizer = await loadTokenizer(folder, config);
  if (tokenizer.vocabSize > config.vocabSize) {
    throw new InvalidCheckpointError(
      join(folder, 'tokenizer.json'),
      `ids must be < vocab_size ${config.vocabSize} of config.json, got ${tokenizer.vocabSize - 1}`,
    );
  }
  const endIds = await readEndIds(folder, config, tokenizer);
  const weights = await checkedArrays(modelWeights(config, await storedWeights(folder), folder));
  const checkpoint = { folder, digest, config, weights, tokenizer, endIds };
  return options.withOptimizer === true ? { ...checkpoint, ...(await readTrainingState(folder)) } : checkpoint;
}

async function readTrainingState(folder: string): Promise<Pick<Checkpoint, 'optimizerState' | 'trainerState'>> {
  const optimizerPath = join(folder, 'optimizer.safetensors');
  const trainerPath = join(folder, 'trainer_state.json');
  return {
    ...((await exists(optimizerPath)) ? { optimizerState: await readSafetensors(optimizerPath) } : {}),
    ...((await exists(trainerPath)) ? { trainerState: await readJson(trainerPath) } : {}),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
