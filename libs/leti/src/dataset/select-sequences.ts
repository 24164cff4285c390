import { deriveSeed, permutation } from '../seeds.ts';
import type { DatasetSettings } from '../settings/training-settings.ts';

/** What selection looks at; a line of fcft.jsonl is one. */
export interface SelectableSequence {
  readonly reward: '<|good|>' | '<|bad|>';
  readonly tokenIds: readonly number[];
}

/** A sequence that is trained on, and how much it counts: 1 is as much as any. */
export interface SelectedSequence<T> {
  readonly line: T;
  /** Above 0. */
  readonly weight: number;
}

/**
 * Chooses what an iteration is trained on. A function of its arguments alone, so that a resumed iteration chooses the
 * same. Without any option it is the iteration's own lines, in their order, each with weight 1.
 *
 * Repeats are dropped first, then sides are balanced. Where all passed, or none, there is nothing to balance.
 *
 * @param lines the iteration's own
 * @param older those of the iterations before it, the latest first; `replayWindow` of them are used
 * @returns own lines first, then the older ones
 */
export function selectSequences<T extends SelectableSequence>(
  lines: readonly T[],
  older: readonly (readonly T[])[],
  { deduplicate, balance, replayWindow }: DatasetSettings,
  seed: bigint,
): readonly SelectedSequence<T>[] {
  const pool = [lines, ...older.slice(0, replayWindow)].flat();
  const distinct = deduplicate === 'tokens' ? firstOfEach(pool) : pool;
  const good = distinct.filter(isGood).length;
  const bad = distinct.length - good;
  if (balance === 'none' || good === 0 || bad === 0) return distinct.map((line) => ({ line, weight: 1 }));
  if (balance === 'weights')
    return distinct.map((line) => ({ line, weight: distinct.length / (2 * (isGood(line) ? good : bad)) }));
  return subsample(distinct, Math.min(good, bad), seed).map((line) => ({ line, weight: 1 }));
}

const isGood = ({ reward }: SelectableSequence): boolean => reward === '<|good|>';

function firstOfEach<T extends SelectableSequence>(lines: readonly T[]): T[] {
  const seen = new Set<string>();
  return lines.filter(({ tokenIds }) => {
    const key = tokenIds.join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** `count` lines of each side, in the order in which they came. */
function subsample<T extends SelectableSequence>(lines: readonly T[], count: number, seed: bigint): T[] {
  const kept = new Set<number>();
  for (const reward of ['<|good|>', '<|bad|>'] as const) {
    const side = [...lines.keys()].filter((index) => lines[index]!.reward === reward);
    const order = permutation(deriveSeed(seed, 'balance', reward), side.length);
    for (const place of order.subarray(0, count)) kept.add(side[place]!);
  }
  return lines.filter((_, index) => kept.has(index));
}
