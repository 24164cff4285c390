import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CheckpointNotFoundError } from './errors.ts';

/** Files that decide what the model computes and how text becomes ids. */
const DIGESTED = new Set([
  'config.json',
  'generation_config.json',
  'model.safetensors',
  'tokenizer.json',
  'tokenizer_config.json',
]);

/**
 * The identity of a model: `sha256:` and the hex sha256 over one line `<sha256 of file>  <name>\n` for each of its
 * config, weight and tokenizer files, sorted by name. `sha256sum` prints these lines, so a shell can check it:
 * `cd FOLDER && LC_ALL=C sha256sum config.json generation_config.json model.safetensors tokenizer.json
 * tokenizer_config.json | sha256sum`. Optimizer and trainer state, and anything else beside them, do not count.
 *
 * @throws {CheckpointNotFoundError} if there is no such folder
 */
export async function checkpointDigest(folder: string): Promise<string> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? new CheckpointNotFoundError(folder, { cause }) : cause;
  });
  const total = createHash('sha256');
  for (const name of names.filter((candidate) => DIGESTED.has(candidate)).sort()) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    total.update(`${hash.digest('hex')}  ${name}\n`);
  }
  return `sha256:${total.digest('hex')}`;
}
