import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { writeFailure, writeFileAtomically } from '@leti/runs';
import { newManifest, type ShardManifest, type ShardSource } from './shard-manifest.ts';

export interface ShardToWrite {
  readonly source: ShardSource;
  readonly documents: AsyncIterable<string>;
  /** Ids of a text, nothing added. */
  encode(text: string): readonly number[];
  /** Every id is below it; up to 65 536, a token takes two bytes on the disk, else four. */
  readonly vocabSize: number;
}

/** Ids gathered before they are written. */
const CHUNK_TOKENS = 1 << 19;
/** How long other calls of this process may have to wait. */
const MAX_BUSY_MS = 50;

/**
 * Tokenises a corpus into a folder: `tokens.bin`, the ids of all documents one after another, and `offsets.bin`, where
 * each begins and the last one ends, counted in tokens, unsigned 64-bit; least significant bytes first. The folder is
 * filled under another name and renamed: it is there whole or not at all.
 *
 * @throws the signal's reason; what reading the corpus throws; {StoreFullError}
 */
export async function writeShard(folder: string, shard: ShardToWrite, signal: AbortSignal): Promise<void> {
  const parent = dirname(folder);
  const prefix = `.${basename(folder)}.tmp-`;
  const temporary = join(parent, `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(temporary, { recursive: true });
    const manifest = await writeFiles(temporary, shard, signal);
    await writeFileAtomically(join(temporary, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(temporary, folder).catch(async (error: NodeJS.ErrnoException) => {
      // Another worker came first; what it made of the same corpus is the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    await syncFolder(parent);
  } catch (error) {
    throw writeFailure(folder, error);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Removes what writers of this shard that were killed left behind; another worker may be writing it just now. */
export async function removeUnfinished(folder: string): Promise<void> {
  const parent = dirname(folder);
  const prefix = `.${basename(folder)}.tmp-`;
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const writer = Number.parseInt(name.slice(prefix.length), 10);
    if (writer === process.pid || !isAlive(writer)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function writeFiles(folder: string, shard: ShardToWrite, signal: AbortSignal): Promise<ShardManifest> {
  const TokenArray = shard.vocabSize <= 1 << 16 ? Uint16Array : Uint32Array;
  const bytesPerToken = TokenArray.BYTES_PER_ELEMENT as 2 | 4;
  const tokensFile = await HashedFile.create(join(folder, 'tokens.bin'));
  const offsetsFile = await HashedFile.create(join(folder, 'offsets.bin'));
  try {
    const offsets = [0n];
    let tokens = 0;
    let documents = 0;
    let chunk = new TokenArray(CHUNK_TOKENS);
    let filled = 0;
    let lastTurnMs = performance.now();
    const flush = async (): Promise<void> => {
      await tokensFile.append(bytesOf(chunk.subarray(0, filled)));
      filled = 0;
    };
    for await (const text of shard.documents) {
      const ids = shard.encode(text);
      if (filled + ids.length > chunk.length) await flush();
      if (ids.length > chunk.length) chunk = new TokenArray(ids.length);
      chunk.set(ids, filled);
      filled += ids.length;
      tokens += ids.length;
      documents++;
      offsets.push(BigInt(tokens));
      if (offsets.length >= CHUNK_TOKENS) await offsetsFile.append(bytesOf(BigUint64Array.from(offsets.splice(0))));
      if (performance.now() - lastTurnMs > MAX_BUSY_MS) {
        await nextTurn(); // encoding does not wait for anything: without this an abort would not be heard
        signal.throwIfAborted();
        lastTurnMs = performance.now();
      }
    }
    await flush();
    await offsetsFile.append(bytesOf(BigUint64Array.from(offsets)));
    const files = { 'tokens.bin': await tokensFile.finish(), 'offsets.bin': await offsetsFile.finish() };
    return newManifest(shard.source, { bytesPerToken, documents, tokens, files });
  } finally {
    await tokensFile.close();
    await offsetsFile.close();
  }
}

function bytesOf(array: Uint16Array | Uint32Array | BigUint64Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength); // our processors put the least byte first
}

/** A new file whose sha256 is known when it is finished. */
class HashedFile {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }
  static async create(path: string): Promise<HashedFile> {
    return new HashedFile(await open(path, 'wx'));
  }
  async append(data: Buffer): Promise<void> {
    await this.#file.writeFile(data); // a handle writes on from where it is
    this.#hash.update(data);
    this.#bytes += data.length;
  }
  /** Flushes to the disk. */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    await this.#file.sync();
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
  close(): Promise<void> {
    return this.#file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
