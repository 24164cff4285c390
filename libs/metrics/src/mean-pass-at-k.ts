import { bootstrapMean, type BootstrapOptions, type Estimate } from './bootstrap.ts';
import { passAtK } from './pass-at-k.ts';

/** What came of one problem's samples. */
export interface ProblemCounts {
  /** Samples, 1 or more. */
  readonly n: number;
  /** Of them correct, 0 to n. */
  readonly c: number;
}

/**
 * Mean over problems of the unbiased pass@k, with a bootstrap interval over problems. The interval says how far the
 * score may move with other problems of the same kind; it includes the noise of sampling.
 *
 * @param problems one or more, each with n >= k
 * @throws {RangeError} as passAtK and bootstrapMean do
 */
export function meanPassAtK(problems: readonly ProblemCounts[], k: number, options: BootstrapOptions = {}): Estimate {
  return bootstrapMean(
    problems.map(({ n, c }) => passAtK(n, c, k)),
    options,
  );
}

/** One problem as two checkpoints fared on it. */
export interface PairedCounts {
  /** What is subtracted. */
  readonly base: ProblemCounts;
  readonly other: ProblemCounts;
}

/**
 * Mean over problems of pass@k of `other` minus pass@k of `base`, with a paired bootstrap interval over problems:
 * problems are drawn with both their results, so what makes a problem hard for both does not widen the interval.
 *
 * @param pairs the problems that both were scored on, one or more
 * @throws {RangeError} as passAtK and bootstrapMean do
 */
export function pairedDifference(pairs: readonly PairedCounts[], k: number, options: BootstrapOptions = {}): Estimate {
  return bootstrapMean(
    pairs.map(({ base, other }) => passAtK(other.n, other.c, k) - passAtK(base.n, base.c, k)),
    options,
  );
}
