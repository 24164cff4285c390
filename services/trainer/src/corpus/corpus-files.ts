import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CorpusNotFoundError, InvalidCorpusError } from './corpus-errors.ts';

/** How a file holds documents: one a line as {"text": …}, or the whole file as one. */
export type CorpusFileKind = 'jsonl' | 'text';

export interface CorpusFile {
  readonly path: string;
  /** Under the corpus' folder, with `/`; the file's name where the corpus is a file. */
  readonly name: string;
  readonly kind: CorpusFileKind;
}

/** What a folder is searched for; anything else in it is no part of the corpus. */
const SUFFIXES = ['.jsonl', '.jsonl.gz', '.txt', '.py'] as const;
const TEXT_SUFFIXES: readonly string[] = ['.txt', '.py'];

const kindOf = (name: string): CorpusFileKind =>
  TEXT_SUFFIXES.some((suffix) => name.endsWith(suffix)) ? 'text' : 'jsonl';

/**
 * The files of a corpus: the file itself, or all in a folder and its sub-folders whose names end as corpora do, sorted by
 * name (byte by byte), so that the corpus is the same on every machine. Names that begin with a dot are left out.
 *
 * @throws {CorpusNotFoundError} when there is nothing at the path
 * @throws {InvalidCorpusError} when a folder holds no such file
 */
export async function corpusFiles(path: string): Promise<readonly CorpusFile[]> {
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? new CorpusNotFoundError(path, { cause }) : cause;
  });
  if (!info.isDirectory()) return [{ path, name: path.split('/').at(-1)!, kind: kindOf(path) }];
  const names = await namesUnder(path, '');
  if (names.length === 0) throw new InvalidCorpusError(path, `want files of ${SUFFIXES.join(', ')}, got none`);
  return names
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => ({ path: join(path, name), name, kind: kindOf(name) }));
}

async function namesUnder(folder: string, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const name = `${prefix}${entry.name}`;
    const isFolder = entry.isSymbolicLink() ? (await stat(join(folder, name))).isDirectory() : entry.isDirectory();
    // A link to a folder may lead back here; a link to a file cannot.
    if (isFolder && !entry.isSymbolicLink()) names.push(...(await namesUnder(folder, `${name}/`)));
    else if (!isFolder && SUFFIXES.some((suffix) => name.endsWith(suffix))) names.push(name);
  }
  return names;
}
