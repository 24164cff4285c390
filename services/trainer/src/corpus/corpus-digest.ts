import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CorpusChangedError, CorpusNotFoundError } from './corpus-errors.ts';
import { corpusFiles } from './corpus-files.ts';

/**
 * The identity of a corpus. Of a file: `sha256:` and its hex sha256, as `sha256sum` prints it. Of a folder: the sha256 of
 * what `sha256sum` prints for its files, sorted by name, so that a shell can check it:
 * `cd FOLDER && find -L * -name '.*' -prune -o -type f \( -name '*.jsonl' -o … \) -print | LC_ALL=C sort | xargs sha256sum | sha256sum`.
 *
 * @throws {CorpusNotFoundError}; {InvalidCorpusError} when a folder holds no corpus
 */
export async function corpusDigest(path: string): Promise<string> {
  const files = await corpusFiles(path);
  if (!(await stat(path)).isDirectory()) return `sha256:${await fileSha256(path)}`;
  const total = createHash('sha256');
  for (const file of files) total.update(`${await fileSha256(file.path)}  ${file.name}\n`);
  return `sha256:${total.digest('hex')}`;
}

/** @throws {CorpusChangedError} unless the corpus has the digest; {CorpusNotFoundError} */
export async function requireCorpus(path: string, digest: string): Promise<void> {
  const actual = await corpusDigest(path);
  if (actual !== digest) throw new CorpusChangedError(path, digest, actual);
}

/** Hex sha256 of a file. */
async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? new CorpusNotFoundError(path, { cause }) : cause;
  });
  return hash.digest('hex');
}
