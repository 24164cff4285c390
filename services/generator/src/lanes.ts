import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { readModelConfig } from '@leti/checkpoint';
import { countParameters } from '@leti/nn/model';

/** Fewer samples than this for a lane are not worth another run of the prompt. */
const LEAST_SHARE = 8;
const MOST_DEFAULT_LANES = 8;
/** float32 weights, up to which each lane may have its own copy: a step of larger models fills all cores by itself. */
const MOST_WEIGHT_BYTES = 128 * 2 ** 20;

/** A lane for each core, up to 8; one where there is a GPU, which is not divided. */
export function defaultLanes(): number {
  return existsSync('/proc/driver/nvidia/version') ? 1 : Math.min(MOST_DEFAULT_LANES, availableParallelism());
}

/**
 * How many processes the model in a folder is drawn from: `lanes` for one that is small, else one, which has all cores.
 * @returns undefined when the folder cannot tell; whoever loads it says why
 */
export async function lanesFor(folder: string, lanes: number): Promise<number | undefined> {
  if (lanes === 1) return 1;
  try {
    return 4 * countParameters(await readModelConfig(folder)) <= MOST_WEIGHT_BYTES ? lanes : 1;
  } catch {
    return undefined;
  }
}

/** A lane's part of a group. */
export interface Share<T> {
  readonly lane: number;
  readonly items: readonly T[];
}

/**
 * Divides items among lanes evenly, to those first that have the least to do; few items stay together.
 * @param busy items that each lane has under way, one number a lane
 */
export function shares<T>(items: readonly T[], busy: readonly number[]): Share<T>[] {
  const count = Math.max(1, Math.min(busy.length, Math.floor(items.length / LEAST_SHARE)));
  const leastBusy = [...busy.keys()].sort((a, b) => busy[a]! - busy[b]! || a - b);
  return leastBusy.slice(0, count).map((lane, i) => {
    const start = Math.floor((i * items.length) / count);
    return { lane, items: items.slice(start, Math.floor(((i + 1) * items.length) / count)) };
  });
}
