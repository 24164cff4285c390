import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CorruptStoreError } from '@leti/runs';
import { corpusDigest, requireCorpus } from '../corpus/corpus-digest.ts';
import { corpusDocuments } from '../corpus/read-corpus.ts';
import { shardKey, tokenizerDigest } from './shard-manifest.ts';
import { TokenShard } from './token-shard.ts';
import { removeUnfinished, writeShard } from './write-shard.ts';

export interface CorpusToOpen {
  /** Folder of the store's shards; made if it is not there. */
  readonly shardsFolder: string;
  readonly corpusPath: string;
  /** What the corpus must hold; null takes it as it is. */
  readonly corpusDigest: string | null;
  /** Checkpoint folder whose tokenizer it is. */
  readonly tokenizerFolder: string;
  readonly tokenizer: { encode(text: string): readonly number[]; readonly vocabSize: number };
}

/**
 * The corpus as token ids, tokenised when no shard of it is there yet. A shard that is damaged is removed and made again.
 * The corpus itself is read only then: a run goes on from its shard though the corpus has changed or gone since.
 *
 * @returns the caller closes it
 * @throws {CorpusChangedError} {CorpusNotFoundError} {InvalidCorpusError} when it has to be read and is not what it was
 * @throws the signal's reason; {StoreFullError}
 */
export async function openCorpus(options: CorpusToOpen, signal: AbortSignal): Promise<TokenShard> {
  const { shardsFolder, corpusPath, tokenizerFolder, tokenizer } = options;
  const digest = options.corpusDigest ?? (await corpusDigest(corpusPath));
  const source = { corpusDigest: digest, tokenizerDigest: await tokenizerDigest(tokenizerFolder) };
  const folder = join(shardsFolder, shardKey(source));
  const found = await openWhole(folder);
  if (found !== undefined) return found;

  await requireCorpus(corpusPath, digest);
  await removeUnfinished(folder);
  const { vocabSize } = tokenizer;
  const documents = corpusDocuments(corpusPath);
  const encode = (text: string): readonly number[] => tokenizer.encode(text);
  await writeShard(folder, { source, documents, encode, vocabSize }, signal);
  const made = await TokenShard.open(folder);
  if (made === undefined) throw new CorruptStoreError(folder, undefined, 'vanished after it was written');
  return made;
}

async function openWhole(folder: string): Promise<TokenShard | undefined> {
  try {
    return await TokenShard.open(folder);
  } catch (error) {
    if (!(error instanceof CorruptStoreError)) throw error;
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
}
