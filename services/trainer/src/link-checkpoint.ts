import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkpointDigest, DigestMismatchError } from '@leti/checkpoint';
import { writeFailure } from '@leti/runs';

/** Beside the model's files; it does not belong to a fork that begins anew. */
const OPTIMIZER_FILES: readonly string[] = ['optimizer.safetensors', 'trainer_state.json'];

/**
 * Gives a checkpoint a second folder, by hard links where the file system has them: it takes no space, and stays when
 * the first folder is removed. Published files are never written again, so that two folders may share them. Done again
 * after a crash it changes nothing.
 *
 * @param options.withOptimizer also the optimizer's moments and step, if they are there
 * @throws {CheckpointNotFoundError}; {DigestMismatchError} when `from` is not what `digest` says; {StoreFullError}
 */
export async function linkCheckpoint(
  from: string,
  to: string,
  { digest, withOptimizer }: { readonly digest: string; readonly withOptimizer: boolean },
): Promise<void> {
  if ((await checkpointDigest(to).catch(() => undefined)) === digest) return;
  const actual = await checkpointDigest(from);
  if (actual !== digest) throw new DigestMismatchError(from, digest, actual);
  const temporary = `${to}.linking`;
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    for (const entry of await readdir(from, { withFileTypes: true }))
      if (entry.isFile() && (withOptimizer || !OPTIMIZER_FILES.includes(entry.name)))
        await linkOrCopy(join(from, entry.name), join(temporary, entry.name));
    await mkdir(dirname(to), { recursive: true });
    await rm(to, { recursive: true, force: true }); // not whole, or it would have had the digest
    await rename(temporary, to);
  } catch (error) {
    throw writeFailure(to, error);
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV' && error.code !== 'EPERM' && error.code !== 'ENOTSUP' && error.code !== 'EMLINK')
      throw error;
    await copyFile(from, to);
  });
}
