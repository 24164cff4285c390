import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, thisProcess, type ProcessIdentity } from './process-identity.ts';
import { RunLockedError, writeFailure } from './store-errors.ts';
import { writeJsonAtomically } from './write-atomically.ts';

/** The right to write a run, held by this process until release() or its end. */
export interface RunLock {
  /** Lets another writer in. Calling it again changes nothing. */
  release(): Promise<void>;
}

interface LockContent {
  /** null once released. */
  readonly holder: ProcessIdentity | null;
}

const NAME = /^writer\.(\d+)\.lock$/;

/**
 * Takes the right to write the run in a folder, if need be from a process that died with it. Creates the folder.
 *
 * Each holder has a file of its own, writer.N.lock with N one more than the last, made by link(), which succeeds for one
 * process only; older files are removed by the new holder. So two processes that find the same dead holder cannot both
 * follow it, and nobody ever removes a live holder's file.
 * @throws {RunLockedError} naming the process that holds it; {StoreFullError}
 */
export async function acquireRunLock(folder: string): Promise<RunLock> {
  await mkdir(folder, { recursive: true });
  for (;;) {
    const generations = await generationsIn(folder);
    const last = generations.at(-1) ?? 0;
    const holder = last === 0 ? null : await holderOf(folder, last);
    if (holder !== null && isRunning(holder)) throw new RunLockedError(folder, holder);
    const own = last + 1;
    if (!(await createOnce(folder, own))) continue;
    // A later generation means that ours had been taken and removed before we made it again.
    if ((await generationsIn(folder)).at(-1) !== own) {
      await rm(pathOf(folder, own), { force: true });
      continue;
    }
    await Promise.all(generations.map((generation) => rm(pathOf(folder, generation), { force: true })));
    let released: Promise<void> | undefined;
    return {
      release: () => (released ??= writeJsonAtomically(pathOf(folder, own), { holder: null } satisfies LockContent)),
    };
  }
}

const pathOf = (folder: string, generation: number): string => join(folder, `writer.${generation}.lock`);

async function generationsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function holderOf(folder: string, generation: number): Promise<ProcessIdentity | null> {
  try {
    return (JSON.parse(await readFile(pathOf(folder, generation), 'utf8')) as LockContent).holder;
  } catch (error) {
    // A follower removed it just now; the next look finds the follower's.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Makes a generation's file, whole from its first moment. Returns false when it is there already. */
async function createOnce(folder: string, generation: number): Promise<boolean> {
  const temporary = join(folder, `.writer.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, JSON.stringify({ holder: thisProcess() } satisfies LockContent), { flag: 'wx' });
    await link(temporary, pathOf(folder, generation));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw writeFailure(folder, error);
  } finally {
    await rm(temporary, { force: true });
  }
}
