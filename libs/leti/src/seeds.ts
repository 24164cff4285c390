import type { SeedSchedule } from './settings/choices.ts';

const MASK_64 = (1n << 64n) - 1n;
const GOLDEN_GAMMA = 0x9e3779b97f4a7c15n;
const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/**
 * The finaliser of SplitMix64: a bijection on 64-bit words in which every input bit reaches every output bit.
 *
 * @see Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators" (Stafford's variant 13)
 */
function mix64(word: bigint): bigint {
  let z = word & MASK_64;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
  return z ^ (z >> 31n);
}

/** FNV-1a over the label's UTF-8 bytes, behind a byte that tells text from number, so that 1 and '1' differ. */
function hashLabel(label: string | number): bigint {
  const tagged = typeof label === 'number' ? `#${label}` : `$${label}`;
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(tagged)) hash = ((hash ^ BigInt(byte)) * FNV_PRIME) & MASK_64;
  return hash;
}

/**
 * A 64-bit seed that depends on `seed` and on every label, in order. It holds no state: the same arguments give the
 * same seed in any process, so a retry, a resumed run or another replica draws the same random numbers.
 *
 * @param seed 0 to 2^64 − 1; other values are taken modulo 2^64
 * @param labels what the seed is for, e.g. `'sampling', 3`; numbers must be safe integers
 * @returns an unsigned 64-bit integer
 */
export function deriveSeed(seed: bigint, ...labels: readonly (string | number)[]): bigint {
  let state = mix64(seed + GOLDEN_GAMMA);
  for (const label of labels) state = mix64((state ^ hashLabel(label)) + GOLDEN_GAMMA);
  return state;
}

/** The seed that a run's iteration sends with its sampling calls. `iteration` counts from 1. */
export function iterationSeed(runSeed: bigint, iteration: number): bigint {
  return deriveSeed(runSeed, 'sampling', iteration);
}

/**
 * The seed that an iteration of a run sends under the run's schedule: `per_iteration` its own, `constant` the first one's,
 * so that every iteration draws from the same noise.
 *
 * @param iteration counts from 1
 */
export function scheduledSeed(
  { seed, seedSchedule }: { readonly seed: bigint; readonly seedSchedule: SeedSchedule },
  iteration: number,
): bigint {
  return iterationSeed(seed, seedSchedule === 'constant' ? 1 : iteration);
}

/** The seed of one sample of a call: its random numbers derive from this and nothing else. */
export function sampleSeed(callSeed: bigint, problemId: string, sampleIndex: number): bigint {
  return deriveSeed(callSeed, problemId, sampleIndex);
}

/** The `counter`-th 64-bit word of the stream that `seed` names; any word can be drawn without those before it. */
export function randomWord(seed: bigint, counter: number): bigint {
  return mix64(seed + GOLDEN_GAMMA * (BigInt(counter) + 1n));
}

/**
 * A permutation of 0 … length − 1 that depends on `seed` only (Fisher–Yates over {@link randomWord}).
 *
 * @returns int32 [length]
 * @throws {RangeError} when length is not an integer >= 0
 */
export function permutation(seed: bigint, length: number): Int32Array {
  if (!Number.isSafeInteger(length) || length < 0)
    throw new RangeError(`permutation: length must be an integer >= 0, got ${length}`);
  const order = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    // Multiply-shift maps a word to 0 … i; its bias, (i + 1) / 2^64, is far below anything a run could notice.
    const j = Number((randomWord(seed, i) * BigInt(i + 1)) >> 64n);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
