import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processesWith } from './testing/leti.ts';
import { killOf, killRuns, VICTIMS } from './testing/kill-runs.ts';

/*
 * Ten training runs with a random process killed at a random moment each. More of them, with other seeds:
 *   node tools/kill-runs.ts --runs 30 --seed 1
 */

const RUNS = 10;
const SEED = 1n;

let store = '';
beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'leti-kill-'));
});
afterAll(() => rm(store, { recursive: true, force: true }));

describe('a run of which any process is killed at any moment', () => {
  test('is planned so that every process has its turn', () => {
    const kills = Array.from({ length: RUNS }, (_, index) => killOf(SEED, index, 80));
    for (const half of [kills.slice(0, 5), kills.slice(5)])
      expect(half.map(({ victim }) => victim).toSorted()).toEqual([...VICTIMS].toSorted());
    expect(new Set(kills.map(({ afterEvent }) => afterEvent)).size).toBeGreaterThan(RUNS / 2);
    for (const { afterEvent, delayMs } of kills) {
      expect(afterEvent).toBeGreaterThanOrEqual(1);
      expect(afterEvent).toBeLessThan(80);
      expect(delayMs).toBeLessThanOrEqual(300);
    }
  });

  test('has every sample once and ends in the same weights', { timeout: 1_800_000 }, async () => {
    const runs = await killRuns({ store, runs: RUNS, seed: SEED });
    expect(runs.map(({ victim, afterEvent, faults }) => ({ victim, afterEvent, faults }))).toEqual(
      runs.map(({ victim, afterEvent }) => ({ victim, afterEvent, faults: [] })),
    );
    expect(new Set(runs.map(({ digest }) => digest)).size).toBe(1);
    expect(await processesWith(store)).toEqual([]);
  });
});
