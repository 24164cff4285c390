import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../output/format-figures.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

const GIB = 2 ** 30;

/** Node's version; set-up installs the right one beside the packages. */
export function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const detail = `${process.version} (${process.execPath})`;
  if (major >= 24) return ok('Node', detail);
  return fail(
    'Node',
    `expected 24 or newer, got ${detail}`,
    'run it as `npm start`, `npm run leti --` or `npx leti`, after `npm run setup`',
  );
}

/** Cores and memory that this process may use. */
export function checkMachine(): Finding[] {
  const cores = availableParallelism();
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return [
    cores >= 2
      ? ok('cores', String(cores))
      : warn('cores', '1', 'sampling, judging and training share one core; runs take twice as long'),
    memory >= 4 * GIB
      ? ok('memory', formatBytes(memory))
      : warn(
          'memory',
          formatBytes(memory),
          'two TensorFlow workers want about 2 GiB together; use a smaller model or more memory',
        ),
  ];
}

/** Whether the store can be written, and how much fits. */
export async function checkStore(store: string): Promise<Finding> {
  const probe = join(store, `.doctor-${process.pid}`);
  let made: string | undefined;
  let free = 0;
  try {
    made = await mkdir(store, { recursive: true });
    await writeFile(probe, 'x');
    const { bavail, bsize } = await statfs(store);
    free = bavail * bsize;
  } catch (error) {
    return fail('store', (error as Error).message, 'choose a folder that can be written, with --store or LETI_STORE');
  } finally {
    await rm(probe, { force: true });
    // A look leaves nothing behind.
    if (made !== undefined) await rm(made, { recursive: true });
  }
  const detail = `${store}, ${formatBytes(free)} free`;
  if (free >= 2 * GIB) return ok('store', detail);
  return warn('store', detail, 'free some space: every iteration keeps a checkpoint');
}
