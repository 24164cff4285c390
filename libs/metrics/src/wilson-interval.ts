import type { Estimate } from './bootstrap.ts';

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * A share of independent trials with its 95 % Wilson score interval, which stays inside [0, 1] and does not collapse at
 * 0 or n as the normal approximation does.
 * @throws {RangeError} unless the arguments are integers with 0 <= successes <= trials and 1 <= trials
 * @see Wilson 1927, J. Am. Stat. Assoc. 22, 209–212
 */
export function wilsonInterval(successes: number, trials: number): Estimate {
  const valid = [successes, trials].every(Number.isInteger) && 0 <= successes && successes <= trials && trials >= 1;
  if (!valid) {
    throw new RangeError(`wilsonInterval: want 0 <= successes <= trials, 1 <= trials, got ${successes} of ${trials}`);
  }
  const share = successes / trials;
  const scale = 1 + Z ** 2 / trials;
  const centre = (share + Z ** 2 / (2 * trials)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  // At the ends the formula is exact but its floating-point value is not.
  const low = successes === 0 ? 0 : centre - half;
  const high = successes === trials ? 1 : centre + half;
  return { estimate: share, low, high };
}
