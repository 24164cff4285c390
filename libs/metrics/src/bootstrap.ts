import { uniformIntegers } from './uniform-integers.ts';

/** A mean with an interval around it. */
export interface Estimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** How an interval is made. */
export interface BootstrapOptions {
  /** Same seed, same interval. Integer, of a bigint the lower 64 bits. @default 0 */
  readonly seed?: number | bigint;
  /** Samples drawn with replacement. @default 10 000 */
  readonly resamples?: number;
  /** Probability that the interval is to cover, in (0, 1). @default 0.95 */
  readonly confidence?: number;
}

/**
 * The mean of independent values with its percentile bootstrap interval: as many values drawn with replacement, their
 * mean taken, many times over; the interval lies between the outer quantiles of those means.
 *
 * @param values one per problem, finite, one or more
 * @throws {RangeError} without values, for one that is not finite, and for options out of range
 * @see Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 13.3
 */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions = {}): Estimate {
  const { seed = 0, resamples = 10_000, confidence = 0.95 } = options;
  const count = values.length;
  if (count === 0) throw new RangeError('bootstrapMean: want one value or more, got none');
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`bootstrapMean: want finite values, got ${values[bad]} at index ${bad}`);
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`bootstrapMean: want resamples to be an integer of at least 1, got ${resamples}`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`bootstrapMean: want 0 < confidence < 1, got ${confidence}`);
  }
  const data = Float64Array.from(values);
  const next = uniformIntegers(seed, count);
  const means = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    let sum = 0;
    for (let draw = 0; draw < count; draw++) sum += data[next()] ?? 0;
    means[i] = sum / count;
  }
  means.sort();
  const tail = (1 - confidence) / 2;
  const estimate = data.reduce((sum, value) => sum + value, 0) / count;
  return { estimate, low: quantile(means, tail), high: quantile(means, 1 - tail) };
}

/** Quantile of sorted values with linear interpolation between neighbours (Hyndman & Fan's type 7). */
function quantile(sorted: Float64Array, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? 0;
  return low + (high - low) * (position - below);
}
