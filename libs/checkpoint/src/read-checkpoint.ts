import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isIgnoredName, parseModelConfig, weightShapes, type ModelConfig, type NamedArrays } from '@leti/nn/model';
import { loadTokenizer, type Tokenizer } from '@leti/tokenizer';
import { checkpointDigest } from './checkpoint-digest.ts';
import { CheckpointNotFoundError, DigestMismatchError, InvalidCheckpointError } from './errors.ts';
import { readSafetensors } from './read-safetensors.ts';

/** A model with its tokenizer, as read from a Hugging Face folder. */
export interface Checkpoint {
  readonly folder: string;
  /** See {@link checkpointDigest}. */
  readonly digest: string;
  readonly config: ModelConfig;
  /** float32, by Hugging Face name; exactly the names and shapes that `config` implies. */
  readonly weights: NamedArrays;
  readonly tokenizer: Tokenizer;
  /** Present if asked for and there: what `FineTuner.optimizerState()` gave. */
  readonly optimizerState?: NamedArrays;
  /** Present if asked for and there: the JSON value that was saved. */
  readonly trainerState?: unknown;
}

export interface ReadCheckpointOptions {
  /** Fail unless the folder has this digest. */
  readonly expectedDigest?: string;
  /** Also read optimizer.safetensors and trainer_state.json, where they are. Default false. */
  readonly withOptimizer?: boolean;
}

/**
 * Reads a checkpoint folder and checks it whole: every tensor that the config implies is there with its shape, is
 * finite, nothing is left over, and the tokenizer has no id beyond the model's vocabulary.
 *
 * @throws {CheckpointNotFoundError} if the folder, config.json or model.safetensors is missing
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
  const config = parseModelConfig(await readJson(join(folder, 'config.json')));
  const tokenizer = await loadTokenizer(folder);
  if (tokenizer.vocabSize > config.vocabSize) {
    throw new InvalidCheckpointError(
      join(folder, 'tokenizer.json'),
      `ids must be < vocab_size ${config.vocabSize} of config.json, got ${tokenizer.vocabSize - 1}`,
    );
  }
  const modelPath = join(folder, 'model.safetensors');
  const weights = await readSafetensors(modelPath, { skip: (name) => isIgnoredName(config, name) });
  requireShapes(modelPath, weights, weightShapes(config));
  const checkpoint = { folder, digest, config, weights, tokenizer };
  return options.withOptimizer === true ? { ...checkpoint, ...(await readTrainingState(folder)) } : checkpoint;
}

function requireShapes(path: string, weights: NamedArrays, shapes: ReadonlyMap<string, readonly number[]>): void {
  for (const [name, shape] of shapes) {
    const got = weights.get(name)?.shape;
    const same = got !== undefined && got.length === shape.length && got.every((size, axis) => size === shape[axis]);
    if (!same) {
      const found = got === undefined ? 'no such tensor' : `[${got.join(', ')}]`;
      throw new InvalidCheckpointError(path, `${name} must have shape [${shape.join(', ')}], got ${found}`);
    }
  }
  for (const name of weights.keys()) {
    if (!shapes.has(name))
      throw new InvalidCheckpointError(path, `want only tensors of the model, got ${name} as well`);
  }
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
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? new CheckpointNotFoundError(path, { cause }) : cause;
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidCheckpointError(path, `want JSON, got: ${(cause as Error).message}`, { cause });
  }
}
