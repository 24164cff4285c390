import { checkpointDigest, DigestMismatchError, readEndIds, readModelConfig } from '@leti/checkpoint';
import type { CheckpointReference, PinnedCheckpoint } from '@leti/leti';
import type { ModelConfig } from '@leti/nn/model';
import { checkpointFolder, isShippedCheckpoint } from '@leti/tasks';
import { loadTokenizer, type Tokenizer } from '@leti/tokenizer';

/** A checkpoint that a model can be made of, but for its weights, which nobody has read yet. */
export interface ResolvedCheckpoint {
  /**
   * With the digest of its content. The path means the same in every process: it is absolute, or the name of one
   * that ships with LETI, which is where each installation has it.
   */
  readonly checkpoint: PinnedCheckpoint;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  /** Every id that ends a text. */
  readonly endIds: readonly number[];
}

/**
 * Looks up a checkpoint that a request names, and reads everything of it but the weights.
 *
 * @param reference a relative path is taken from this process' working folder
 * @throws {CheckpointNotFoundError} if the folder, config.json or a file of weights is missing
 * @throws {DigestMismatchError} when the reference insists on another digest
 * @throws {InvalidCheckpointError} {UnsupportedModelError} for a JSON file that is none, or a config.json of another model
 * @throws {TokenizerNotFoundError} {InvalidTokenizerError} {MissingSpecialTokenError}
 */
export async function pinCheckpoint({ path, digest }: CheckpointReference): Promise<ResolvedCheckpoint> {
  const folder = checkpointFolder(path);
  const actual = await checkpointDigest(folder);
  if (digest !== undefined && digest !== actual) throw new DigestMismatchError(folder, digest, actual);
  const config = await readModelConfig(folder);
  const tokenizer = await loadTokenizer(folder, config);
  const endIds = await readEndIds(folder, config, tokenizer);
  return { checkpoint: { path: isShippedCheckpoint(path) ? path : folder, digest: actual }, config, tokenizer, endIds };
}
