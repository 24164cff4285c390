import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLeti, startLeti, written } from './testing/leti.ts';
import { iterationFolder, ledgerKeys, firstRun } from './testing/run-folder.ts';

/*
 * A run on a disk that gets full: it fails with one clear message, keeps what was finished, and goes on when there is
 * room again. The disk is a small tmpfs, which only root may mount.
 */

const DISK_BYTES = 64 * 2 ** 20;
/** Enough for the ledger, too little for a checkpoint. */
const LEFT_BYTES = 400 * 2 ** 10;

let folder = '';
let mounted = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-full-disk-'));
  await mkdir(join(folder, 'disk'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'leti-test', join(folder, 'disk')]);
  mounted = status === 0;
  if (!mounted) console.warn('SKIPPED: the full-disk test mounts a small tmpfs, which takes root');
});

afterAll(async () => {
  if (mounted) spawnSync('umount', ['--lazy', join(folder, 'disk')]);
  await rm(folder, { recursive: true, force: true });
});

test(
  'a run that finds the disk full says so, loses nothing, and goes on later',
  { timeout: 180_000 },
  async (context) => {
    if (!mounted) context.skip('no tmpfs');
    const store = join(folder, 'disk', 'store');
    const services = startLeti(['up', '--base-port', '0', '--store', store, '--json']);
    try {
      await written(services, '"state":"up"');
      const { bavail, bsize } = await statfs(join(folder, 'disk'));
      const filler = join(folder, 'disk', 'filler');
      await writeFile(filler, Buffer.alloc(Number(bavail) * Number(bsize) - LEFT_BYTES));

      const config = join(folder, 'run.yaml');
      await writeFile(
        config,
        'problems: { task: micro, limit: 4 }\niterations: 1\nsamplesPerProblem: 2\n' +
          'sampling: { maxNewTokens: 64 }\nfineTuning: { epochs: 1, maxSequenceTokens: 256 }\n',
      );
      const full = await runLeti(['train', '--config', config, '--store', store]);
      expect(full.status, full.stderr).toBe(1);
      expect(full.stdout + full.stderr).toMatch(/full/);
      const run = (await firstRun(store, 'runs')) ?? '';
      const solutions = join(iterationFolder(run, 1), 'solutions.jsonl');
      const before = await ledgerKeys(solutions);

      await rm(filler);
      const id = run.slice(run.lastIndexOf('/') + 1);
      const resumed = await runLeti(['runs', 'resume', id, '--store', store]);
      expect(resumed.status, resumed.stderr).toBe(0);
      const watched = await runLeti(['runs', 'watch', id, '--store', store]);
      expect(watched.status, watched.stdout + watched.stderr).toBe(0);
      const after = await ledgerKeys(solutions);
      expect(after.slice(0, before.length)).toEqual(before);
      expect(new Set(after).size).toBe(4 * 2);
      expect(after).toHaveLength(4 * 2);
    } finally {
      services.child.kill('SIGTERM');
      await services.done;
    }
  },
);
