import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { modelConfigToJson, type ModelConfig, type NamedArrays } from '@leti/nn/model';
import { TokenizerNotFoundError } from '@leti/tokenizer';
import { checkpointDigest } from './checkpoint-digest.ts';
import { CheckpointExistsError, CheckpointStoreFullError } from './errors.ts';
import { writeSafetensors } from './write-safetensors.ts';

export interface CheckpointToWrite {
  readonly config: ModelConfig;
  readonly weights: NamedArrays;
  /** Folder whose tokenizer.json, and tokenizer_config.json where there is one, are copied. */
  readonly tokenizerFrom: string;
  /** Saved as optimizer.safetensors. */
  readonly optimizerState?: NamedArrays;
  /** A JSON value, saved as trainer_state.json. */
  readonly trainerState?: unknown;
}

/**
 * Publishes a checkpoint folder that transformers can load. It is written under a temporary name beside `folder`,
 * flushed, and renamed: at every moment `folder` is absent or whole. Publishing the same model again changes nothing.
 *
 * One writer per `folder` at a time; what an earlier, killed writer left under a temporary name is removed.
 *
 * @returns the digest, see {@link checkpointDigest}
 * @throws {CheckpointExistsError} if another model is there already
 * @throws {CheckpointStoreFullError} if the disk, the quota or the largest allowed file is full; nothing is published
 * @throws {TokenizerNotFoundError} if `tokenizerFrom` has no tokenizer.json
 */
export async function writeCheckpoint(folder: string, checkpoint: CheckpointToWrite): Promise<string> {
  const target = resolve(folder);
  const parent = dirname(target);
  const prefix = `.${basename(target)}.tmp-`;
  const temporary = join(parent, `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(parent, { recursive: true });
    for (const name of await readdir(parent)) {
      if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
    }
    await mkdir(temporary);
    await writeFiles(temporary, checkpoint);
    await syncPath(temporary);
    const digest = await checkpointDigest(temporary);
    await publish(temporary, target, digest);
    await syncPath(parent);
    return digest;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code !== undefined && NO_SPACE.has(code) ? new CheckpointStoreFullError(target, { cause: error }) : error;
  } finally {
    // After the rename there is nothing under this name; before it, half a checkpoint helps nobody.
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The disk, the user's share of it, or the largest allowed file is full. */
const NO_SPACE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

async function writeFiles(folder: string, checkpoint: CheckpointToWrite): Promise<void> {
  const { config, tokenizerFrom } = checkpoint;
  await copySynced(join(tokenizerFrom, 'tokenizer.json'), join(folder, 'tokenizer.json'), (path, cause) => {
    throw new TokenizerNotFoundError(path, { cause });
  });
  await copySynced(
    join(tokenizerFrom, 'tokenizer_config.json'),
    join(folder, 'tokenizer_config.json'),
    () => undefined,
  );
  await writeJson(join(folder, 'config.json'), modelConfigToJson(config));
  await writeJson(join(folder, 'generation_config.json'), {
    ...(config.bosTokenId === undefined ? {} : { bos_token_id: config.bosTokenId }),
    eos_token_id: config.eosTokenId,
    pad_token_id: config.padTokenId ?? config.eosTokenId,
  });
  await writeSafetensors(join(folder, 'model.safetensors'), checkpoint.weights);
  if (checkpoint.optimizerState !== undefined) {
    await writeSafetensors(join(folder, 'optimizer.safetensors'), checkpoint.optimizerState);
  }
  if (checkpoint.trainerState !== undefined)
    await writeJson(join(folder, 'trainer_state.json'), checkpoint.trainerState);
}

/** Renames into place. A folder that is there already must hold the same model: a writer killed after this is run again. */
async function publish(temporary: string, target: string, digest: string): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    const existing = await checkpointDigest(target);
    if (existing !== digest) throw new CheckpointExistsError(target, existing, digest);
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
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

/** Flushes a folder's entries, or a file, to the disk. */
async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
