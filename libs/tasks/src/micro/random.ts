/** A stream of pseudo-random draws; the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number;
  /** One element; throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** One element with probability proportional to its weight. */
  pickWeighted<T>(items: readonly (readonly [item: T, weight: number])[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * A stream named by its seed text, so that every generated thing has its own stream and adding one never moves another.
 * FNV-1a spreads the text over the state; the generator is mulberry32.
 */
export function createRandom(seed: string): Random {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(seed, 'utf8')) state = Math.imul(state ^ byte, 0x01000193);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    integer,
    pick: (items) => items[integer(0, requireSome(items).length - 1)]!,
    pickWeighted: (items) => {
      let left = next() * requireSome(items).reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of items) if ((left -= weight) < 0) return item;
      return items.at(-1)![0];
    },
    shuffle: (items) => {
      const copy = [...items];
      for (let end = copy.length - 1; end > 0; end--) {
        const at = integer(0, end);
        [copy[at], copy[end]] = [copy[end]!, copy[at]!];
      }
      return copy;
    },
  };
}

function requireSome<T>(items: readonly T[]): readonly T[] {
  if (items.length === 0) throw new RangeError('random pick: want at least 1 item, got 0');
  return items;
}
