import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CorruptStoreError, writeFailure } from './store-errors.ts';
import { syncFolder } from './write-atomically.ts';

interface Waiting {
  readonly data: Uint8Array;
  readonly resolve: (start: number) => void;
  readonly reject: (error: unknown) => void;
}

const NEWLINE = 10;
const NUL = 0;

/**
 * A file of lines that only grows, for one writer. An append has resolved only when it would survive a loss of power;
 * one that failed has left nothing behind.
 */
export class AppendFile {
  readonly path: string;
  readonly #file: FileHandle;
  #length: number;
  #waiting: Waiting[] = [];
  #writing = false;
  /** Ends when everything that waits has been written. */
  #idle: Promise<void> = Promise.resolve();
  #failure: unknown;
  #closed = false;

  private constructor(path: string, file: FileHandle, length: number) {
    this.path = path;
    this.#file = file;
    this.#length = length;
  }

  /**
   * Opens or creates the file, and its folder. What a writer that died left half written at the end is cut off.
   * @param options.length how much of the file counts, up to a line's end: the rest is cut off, and nothing is read;
   *   default: every whole line
   * @returns the file and what was read of it
   * @throws {CorruptStoreError} when the file is shorter than what counts; {StoreFullError}
   */
  static async open(
    path: string,
    options: { readonly length?: number } = {},
  ): Promise<{ file: AppendFile; content: Buffer }> {
    try {
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
      try {
        const found = options.length === undefined ? await handle.readFile() : Buffer.alloc(0);
        const { length = wholeLinesLength(found) } = options;
        const { size } = await handle.stat();
        if (size < length) throw new CorruptStoreError(path, undefined, `want at least ${length} bytes, got ${size}`);
        if (length < size) {
          await handle.truncate(length);
          await handle.sync();
        }
        await syncFolder(dirname(path));
        return { file: new AppendFile(path, handle, length), content: found.subarray(0, length) };
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw writeFailure(path, error);
    }
  }

  /** Bytes that are safely there. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds whole lines. Appends that come while one is being written go to disk together.
   * @returns where the data begins, bytes from the file's begin
   * @throws {StoreFullError}; any error of the disk, after which every append fails until the file is opened again
   */
  append(data: Uint8Array): Promise<number> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure as Error);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ data, resolve, reject });
      if (!this.#writing) this.#idle = this.#writeWaiting();
    });
  }

  /** Bytes `start` to `end` of what is safely there; also after close(). */
  async read(start: number, end: number): Promise<Buffer> {
    const file = this.#closed ? await open(this.path, 'r') : this.#file;
    try {
      const buffer = Buffer.alloc(end - start);
      for (let done = 0; done < buffer.length;) {
        const { bytesRead } = await file.read(buffer, done, buffer.length - done, start + done);
        if (bytesRead === 0) throw new Error(`${this.path} ends at byte ${start + done}, before byte ${end}`);
        done += bytesRead;
      }
      return buffer;
    } finally {
      if (file !== this.#file) await file.close();
    }
  }

  /** Waits for running appends, then closes; later appends fail. */
  async close(): Promise<void> {
    await this.#idle;
    this.#failure ??= new Error(`${this.path} has been closed`);
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }

  async #writeWaiting(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failure !== undefined) throw this.#failure as Error;
        await this.#write(Buffer.concat(batch.map(({ data }) => data)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
        continue;
      }
      for (const { data, resolve } of batch) {
        resolve(this.#length);
        this.#length += data.length;
      }
    }
    this.#writing = false; // in the same turn as the last look at what waits
  }

  async #write(data: Buffer): Promise<void> {
    try {
      for (let done = 0; done < data.length;) {
        const { bytesWritten } = await this.#file.write(data, done, data.length - done, this.#length + done);
        done += bytesWritten;
      }
      await this.#file.datasync();
    } catch (error) {
      const failure = writeFailure(this.path, error);
      // Full: the file is good again once cut. Otherwise the disk may have lost pages it will never report again.
      if (failure === error) this.#failure = failure;
      await this.#file.truncate(this.#length).catch(() => (this.#failure = failure));
      throw failure;
    }
  }
}

/** Length of the lines that were written to their end; a loss of power may also leave zeros where the last one was to be. */
export function wholeLinesLength(content: Buffer): number {
  const end = content.lastIndexOf(NEWLINE) + 1;
  if (end < 2) return end;
  const lastLine = content.lastIndexOf(NEWLINE, end - 2) + 1;
  return content.subarray(lastLine, end).includes(NUL) ? lastLine : end;
}
