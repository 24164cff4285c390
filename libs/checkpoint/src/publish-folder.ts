import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { checkpointDigest } from './checkpoint-digest.ts';
import { CheckpointExistsError, CheckpointNotFoundError } from './errors.ts';
import { syncPath } from './flushed-files.ts';
import { orStoreFull } from './or-store-full.ts';

/**
 * Publishes a checkpoint folder. It is filled under a temporary name beside `folder`, flushed, and renamed: at every
 * moment `folder` is absent or whole. Publishing the same model again changes nothing.
 *
 * One writer per `folder` at a time; what an earlier, killed writer left under a temporary name is removed.
 *
 * @param fill writes, and flushes, the files
 * @returns the digest, see {@link checkpointDigest}
 * @throws {CheckpointExistsError} if another model, or something else, is there already
 * @throws {CheckpointStoreFullError} if the disk, the quota or the largest allowed file is full; nothing is published
 * @throws what `fill` throws; nothing is published
 */
export async function publishFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<string> {
  const target = resolve(folder);
  const parent = dirname(target);
  const prefix = `.${basename(target)}.tmp-`;
  const temporary = join(parent, `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(parent, { recursive: true });
    for (const name of await readdir(parent)) {
      if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
    }
    await mkdir(temporary);
    await fill(temporary);
    await syncPath(temporary);
    const digest = await checkpointDigest(temporary);
    await moveInto(temporary, target, digest);
    await syncPath(parent);
    return digest;
  } catch (error) {
    throw orStoreFull(target, error);
  } finally {
    // After the rename there is nothing under this name; before it, half a checkpoint helps nobody.
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Renames into place. A folder that is there already must hold the same model: a writer killed after this is run again. */
async function moveInto(temporary: string, target: string, digest: string): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    const existing = await digestOrNothing(target);
    if (existing !== digest) throw new CheckpointExistsError(target, existing, digest);
  }
}

async function digestOrNothing(folder: string): Promise<string | undefined> {
  return checkpointDigest(folder).catch((error: unknown) => {
    if (error instanceof CheckpointNotFoundError) return undefined;
    throw error;
  });
}
