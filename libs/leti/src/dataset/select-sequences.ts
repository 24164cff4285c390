import { deriveSeed, permutation } from '../seeds.ts';
import type { DatasetSettings } from '../settings/training-settings.ts';

/** What selection looks at; a line of fcft.jsonl is one. */
export interface SelectableSequence {
  readonly problemId: string;
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
 * Repeats are dropped first: of equal sequences of a problem the first is kept. Then a problem's good and bad sequences
 * are balanced: by weights whose sum is the same on both sides and whose mean is 1, or by drawing as many of the larger
 * side as the smaller has. A problem all of whose samples passed, or none, stays as it is.
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
  if (balance === 'none') return distinct.map((line) => ({ line, weight: 1 }));
  const weightOf = new Map<T, number>();
  for (const [problemId, own] of Map.groupBy(distinct, (line) => line.problemId)) {
    const sides = [own.filter(isGood), own.filter((line) => !isGood(line))];
    const least = Math.min(...sides.map(({ length }) => length));
    for (const [index, side] of sides.entries()) {
      const drawn =
        balance === 'subsample' && least > 0 ? draw(side, least, deriveSeed(seed, 'balance', problemId, index)) : side;
      const weight = balance === 'weights' && least > 0 ? own.length / (2 * side.length) : 1;
      for (const line of drawn) weightOf.set(line, weight);
    }
  }
  return distinct.flatMap((line) => {
    const weight = weightOf.get(line);
    return weight === undefined ? [] : [{ line, weight }];
  });
}

const isGood = ({ reward }: SelectableSequence): boolean => reward === '<|good|>';

function firstOfEach<T extends SelectableSequence>(lines: readonly T[]): T[] {
  const seen = new Set<string>();
  return lines.filter(({ problemId, tokenIds }) => {
    const key = `${problemId} ${tokenIds.join(' ')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function draw<T>(lines: readonly T[], count: number, seed: bigint): T[] {
  return Array.from(permutation(seed, lines.length).subarray(0, count), (index) => lines[index]!);
}
