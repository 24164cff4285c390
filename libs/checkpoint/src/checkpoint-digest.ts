import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CheckpointNotFoundError } from './errors.ts';
import { requireFile, unreadable } from './readable-file.ts';
import { namesIn, weightFilesOf } from './weight-files.ts';

/** Files beside the weights that decide what the model computes and how text becomes ids. */
const DIGESTED = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/**
 * The identity of a model: `sha256:` and the hex sha256 over one line `<sha256 of file>  <name>\n` for each of its
 * config, weight and tokenizer files, sorted by name. `sha256sum` prints these lines, so a shell can check it:
 * `cd FOLDER && LC_ALL=C sha256sum config.json generation_config.json model.safetensors tokenizer.json
 * tokenizer_config.json | sha256sum`. Sharded weights count with their index and every shard. Optimizer and trainer
 * state, weights in a format that is not the one read, and anything else beside them do not count.
 *
 * @throws {CheckpointNotFoundError} if the folder, config.json or a file of weights is missing
 * @throws {InvalidCheckpointError} if one of them is no file, or the weights are sharded and their index is none
 */
export async function checkpointDigest(folder: string): Promise<string> {
  const present = new Set(await namesIn(folder));
  if (!present.has('config.json')) throw new CheckpointNotFoundError(join(folder, 'config.json'));
  const weights = await weightFilesOf(folder);
  const names = [...DIGESTED.filter((name) => present.has(name)), ...weights.names];
  if (weights.index !== undefined) names.push(weights.index);
  const total = createHash('sha256');
  for (const name of names.toSorted()) {
    total.update(`${await fileDigest(join(folder, name))}  ${name}\n`);
  }
  return `sha256:${total.digest('hex')}`;
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await requireFile(path);
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  await pipeline(source, hash).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return hash.digest('hex');
}
