import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CorpusNotFoundError } from './read-corpus.ts';

/** The corpus is not the one that the run was made with. */
export class CorpusChangedError extends Error {
  override readonly name = 'CorpusChangedError';
  readonly path: string;
  constructor(path: string, expected: string, actual: string) {
    super(`${path}: want the corpus that the run was made with, ${expected}, got ${actual}`);
    this.path = path;
  }
}

/**
 * The identity of a corpus: `sha256:` and the file's hex sha256, as `sha256sum` prints it.
 * @throws {CorpusNotFoundError}
 */
export async function corpusDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? new CorpusNotFoundError(path, { cause }) : cause;
  });
  return `sha256:${hash.digest('hex')}`;
}

/** @throws {CorpusChangedError} unless the corpus has the digest; {CorpusNotFoundError} */
export async function requireCorpus(path: string, digest: string): Promise<void> {
  const actual = await corpusDigest(path);
  if (actual !== digest) throw new CorpusChangedError(path, digest, actual);
}
