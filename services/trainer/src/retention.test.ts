import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrainingSettings, type TrainingSettingsInput } from '@leti/leti';
import { runPaths } from '@leti/runs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeIterationRecord } from './iteration-record.ts';
import { applyRetention, bestIteration, checkpointsToRemove } from './retention.ts';

/** Gone when the test is over. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const retention = (checkpoints: TrainingSettingsInput['checkpoints'], select: 'last' | 'best' = 'last') => {
  const validation = select === 'best' ? { split: 'test', select } : {};
  return parseTrainingSettings({ problems: { task: 'micro' }, checkpoints, validation });
};
const scored = (...estimates: (number | undefined)[]) =>
  estimates.map((estimate) =>
    estimate === undefined
      ? {}
      : {
          validation: [
            { condition: 'good' as const, passAtK: [{ k: 1, estimate, low: 0, high: 1 }], outcomes: { passed: 1 } },
          ],
        },
  );
const none = () => Promise.resolve(new Set<string>());

describe('which checkpoints are kept', () => {
  test('the best is the one that scored most, of equal ones the earlier', () => {
    expect(bestIteration(scored(0.2, 0.5, 0.5, 0.1))).toBe(2);
    expect(bestIteration(scored(undefined, 0.1, undefined))).toBe(2);
    expect(bestIteration(scored(undefined, undefined))).toBeUndefined();
    expect(bestIteration([])).toBeUndefined();
  });
  test.each([
    [{}, 5, 2, []],
    [{ keepLast: 2 }, 5, 2, [1, 3]],
    [{ keepLast: 2, keepBest: false }, 5, 2, [1, 2, 3]],
    [{ keepLast: 1 }, 5, undefined, [1, 2, 3, 4]],
    [{ keepLast: 9 }, 5, 1, []],
    [{ keepLast: 1 }, 1, undefined, []],
  ])('%j of %d with %s the best: %j go', (checkpoints, newest, best, removed) => {
    expect(checkpointsToRemove(newest, best, retention(checkpoints))).toEqual(removed);
  });
  test('a run that gives its best checkpoint keeps it, whatever else is said', () => {
    expect(checkpointsToRemove(3, 1, retention({ keepLast: 1, keepBest: false }, 'best'))).toEqual([2]);
  });
});

describe('a run folder', () => {
  /** Four finished iterations with checkpoints of one file each; the second scored most. */
  async function runFolder(): Promise<string> {
    const folder = await temporaryFolder();
    const paths = runPaths(folder);
    for (const [index, score] of scored(0.1, 0.4, 0.3, 0.2).entries()) {
      await mkdir(paths.checkpoint(index + 1), { recursive: true });
      await writeFile(join(paths.checkpoint(index + 1), 'config.json'), '{}');
      await mkdir(paths.iteration(index + 1).folder, { recursive: true });
      await writeIterationRecord(paths.iteration(index + 1).metrics, {
        checkpointDigest: 'sha256:0',
        metrics: {
          samples: 1,
          distinctPrograms: 1,
          outcomes: {},
          trainPassAt1: 0,
          fcftLoss: 0,
          pretrainingLoss: 0,
          phases: {},
          ...score,
        },
      });
    }
    return folder;
  }
  const kept = async (folder: string): Promise<string[]> => (await readdir(join(folder, 'checkpoints'))).toSorted();

  test('keeps the newest and the best, and is left alone the next time', async () => {
    const folder = await runFolder();
    expect(await applyRetention(folder, 4, retention({ keepLast: 1 }), none)).toEqual([1, 3]);
    expect(await kept(folder)).toEqual(['002', '004']);
    expect(await applyRetention(folder, 4, retention({ keepLast: 1 }), none)).toEqual([]);
  });
  test('keeps what another run reads', async () => {
    const folder = await runFolder();
    const used = new Set([runPaths(folder).checkpoint(1)]);
    expect(await applyRetention(folder, 4, retention({ keepLast: 1 }), () => Promise.resolve(used))).toEqual([3]);
    expect(await kept(folder)).toEqual(['001', '002', '004']);
  });
  test('is rid of what a process that died was removing', async () => {
    const folder = await runFolder();
    await mkdir(join(folder, 'checkpoints', '.removing-000'));
    await applyRetention(folder, 2, retention({ keepLast: 2 }), none);
    expect(await kept(folder)).toEqual(['001', '002', '003', '004']);
  });
});
