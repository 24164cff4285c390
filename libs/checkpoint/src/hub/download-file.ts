import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { HubError } from './hub-error.ts';
import type { FileHash, HubFile } from './hub-listing.ts';
import { withAnswer, type HubOptions } from './hub-request.ts';

/**
 * Downloads one file and checks it. What an interrupted attempt has left as `PATH.part` is gone on with; `path` appears
 * whole and right or not at all. A file that is there already and right is not asked for again.
 *
 * @param url where the file is; its content there never changes
 * @param onBytes is told how many bytes of the file are there, now and then
 * @throws {HubError} `corrupt` when size or hash is not what the hub announced; the part is then removed
 */
export async function downloadFile(
  url: string,
  path: string,
  file: HubFile,
  options: HubOptions,
  onBytes: (byteLength: number) => void,
): Promise<void> {
  if ((await sizeOf(path)) === file.byteLength && (await hashOf(path, file)) === file.hash.hex) {
    return onBytes(file.byteLength);
  }
  const part = `${path}.part`;
  if (((await sizeOf(part)) ?? 0) > file.byteLength) await rm(part);
  if (((await sizeOf(part)) ?? 0) < file.byteLength) {
    const headers = async (): Promise<Record<string, string>> => {
      const have = (await sizeOf(part)) ?? 0;
      // Compressed answers have no positions to go on from.
      return { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) };
    };
    // A server that begins anew each time and breaks off at the same place gets no further, and no more tries for it.
    let furthest = 0;
    await withAnswer(url, { headers }, options, (answer, keepAlive) =>
      append(url, part, file, answer, (byteLength) => {
        keepAlive(byteLength > furthest);
        furthest = Math.max(furthest, byteLength);
        onBytes(byteLength);
      }),
    );
  }
  if (file.byteLength === 0) await (await open(part, 'a')).close();
  const hex = await hashOf(part, file);
  if (hex !== file.hash.hex) {
    await rm(part);
    const want = `want ${basename(path)} with ${file.hash.kind} hash ${file.hash.hex}, got ${hex}`;
    throw new HubError('corrupt', url, `${want}; what came was removed`);
  }
  await rename(part, path);
  onBytes(file.byteLength);
}

/** Writes an answer at the part's end, or from its start when the hub sent everything again. */
async function append(
  url: string,
  part: string,
  { byteLength }: HubFile,
  answer: Response,
  onBytes: (byteLength: number) => void,
): Promise<void> {
  const start = answer.status === 206 ? rangeStart(answer) : 0;
  const target = await open(part, 'a');
  try {
    const have = (await target.stat()).size;
    if (start > have) throw new HubError('corrupt', url, `want bytes from ${have} on, got them from ${start}`);
    await target.truncate(start);
    let done = start;
    for await (const chunk of answer.body ?? []) {
      done += chunk.byteLength;
      if (done > byteLength) {
        await target.truncate(0);
        throw new HubError('corrupt', url, `want ${byteLength} bytes, got more; what came was removed`);
      }
      await target.writeFile(chunk);
      onBytes(done);
    }
    // A connection may end early without an error; the next try goes on from here.
    if (done < byteLength) throw new Error(`want ${byteLength} bytes, got ${done}`);
    await target.sync();
  } finally {
    await target.close();
  }
}

function rangeStart(answer: Response): number {
  return Number(/^bytes (\d+)-/.exec(answer.headers.get('content-range') ?? '')?.[1] ?? Infinity);
}

async function hashOf(path: string, { byteLength, hash }: { byteLength: number; hash: FileHash }): Promise<string> {
  const sum: Hash = createHash(hash.kind === 'sha256' ? 'sha256' : 'sha1');
  if (hash.kind === 'git') sum.update(`blob ${byteLength}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) sum.update(chunk as Buffer);
  return sum.digest('hex');
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
