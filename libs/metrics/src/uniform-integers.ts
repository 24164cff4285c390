/**
 * A source of integers drawn uniformly from 0 to bound - 1. Same seed, same integers, on every machine.
 * @param seed integer; of a bigint the lower 64 bits count
 * @param bound 1 to 2^32
 * @throws {RangeError} for a seed or bound out of range
 * @see sfc32 of PractRand, https://pracrand.sourceforge.net
 */
export function uniformIntegers(seed: number | bigint, bound: number): () => number {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) {
    throw new RangeError(`uniformIntegers: want an integer as seed, got ${seed}`);
  }
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
    throw new RangeError(`uniformIntegers: want 1 <= bound <= 2^32, got ${bound}`);
  }
  let a = Number(BigInt.asIntN(32, BigInt(seed)));
  let b = Number(BigInt.asIntN(32, BigInt(seed) >> 32n));
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) word(); // spreads the seed over the whole state
  // Some integers are more likely than others by bound / 2^32 at most, far under what resamples could show.
  return () => Math.floor((word() / 2 ** 32) * bound);
}
