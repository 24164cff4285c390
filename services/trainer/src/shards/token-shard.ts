import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { TokenizedCorpus } from '@leti/leti';
import { CorruptStoreError } from '@leti/runs';
import { SHARD_FILES, type ShardManifest, shardManifestSchema } from './shard-manifest.ts';

/**
 * A tokenised corpus on disk, open for reading. Ids are read from where they lie when they are asked for, through the
 * system's page cache, which holds the file as it would hold a memory map; only the documents' offsets are kept.
 */
export class TokenShard implements TokenizedCorpus {
  readonly documents: number;
  readonly #path: string;
  readonly #bytesPerToken: 2 | 4;
  /** In tokens: where each document begins, and where the last one ends. */
  readonly #offsets: Float64Array;
  #file: number | undefined;

  private constructor(folder: string, manifest: ShardManifest, offsets: Float64Array) {
    this.#path = join(folder, 'tokens.bin');
    this.documents = manifest.documents;
    this.#bytesPerToken = manifest.bytesPerToken;
    this.#offsets = offsets;
    this.#file = openSync(this.#path, 'r');
  }

  /**
   * Opens a shard after checking it whole, which reads each file once.
   * @returns undefined when there is none
   * @throws {CorruptStoreError} when a file is missing, or is not what was written
   */
  static async open(folder: string): Promise<TokenShard | undefined> {
    const manifest = await readManifest(folder);
    if (manifest === undefined) return undefined;
    for (const name of SHARD_FILES) await checkFile(join(folder, name), manifest.files[name]);
    const bytes = await readFile(join(folder, 'offsets.bin'));
    if (bytes.length !== 8 * (manifest.documents + 1))
      throw new CorruptStoreError(join(folder, 'offsets.bin'), undefined, `want ${manifest.documents + 1} offsets`);
    const offsets = Float64Array.from(new BigUint64Array(new Uint8Array(bytes).buffer), Number); // a copy is aligned
    return new TokenShard(folder, manifest, offsets);
  }

  lengthOf(document: number): number {
    return this.#offsets[document + 1]! - this.#offsets[document]!;
  }

  read(document: number, start: number, end: number): Int32Array {
    if (this.#file === undefined) throw new Error(`${this.#path} has been closed`);
    const size = this.#bytesPerToken;
    const data = new Uint8Array((end - start) * size);
    const position = (this.#offsets[document]! + start) * size;
    for (let done = 0; done < data.length;) {
      const count = readSync(this.#file, data, done, data.length - done, position + done);
      if (count === 0) throw new CorruptStoreError(this.#path, undefined, `ends before byte ${position + data.length}`);
      done += count;
    }
    return new Int32Array(size === 2 ? new Uint16Array(data.buffer) : new Uint32Array(data.buffer));
  }

  /** Closes the file; a second call does nothing. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

async function readManifest(folder: string): Promise<ShardManifest | undefined> {
  const path = join(folder, 'manifest.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const there = await stat(folder).then(
      () => true,
      () => false,
    );
    if (!there) return undefined;
    throw new CorruptStoreError(path, undefined, 'is missing', { cause });
  }
  try {
    return shardManifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CorruptStoreError(path, undefined, 'is not the manifest of a shard', { cause });
  }
}

async function checkFile(path: string, { bytes, sha256 }: { bytes: number; sha256: string }): Promise<void> {
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? new CorruptStoreError(path, undefined, 'is missing', { cause }) : cause;
  });
  if (info.size !== bytes) throw new CorruptStoreError(path, undefined, `want ${bytes} bytes, got ${info.size}`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  const actual = hash.digest('hex');
  if (actual !== sha256) throw new CorruptStoreError(path, undefined, `want sha256 ${sha256}, got ${actual}`);
}
