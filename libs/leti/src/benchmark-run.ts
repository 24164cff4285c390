import type { CheckpointReference } from './checkpoint-reference.ts';
import type { Limits } from './evaluation.ts';
import type { OutcomeCounts, PhaseSeconds } from './run-figures.ts';
import type { Condition, SamplingParameters } from './solution.ts';
import type { TaskSelection } from './task-selection.ts';

/** Everything that decides a benchmark run's result. */
export interface BenchmarkSettings {
  readonly task: TaskSelection;
  readonly checkpoint: CheckpointReference;
  /** n, 1 to 1024. */
  readonly samplesPerProblem: number;
  readonly condition: Condition;
  readonly sampling: SamplingParameters;
  /** Each k of pass@k, ascending and distinct, 1 <= k <= n; never empty. */
  readonly ks: readonly number[];
  /** Missing fields take the evaluator's defaults. */
  readonly limits: Partial<Limits>;
  /** An unsigned 64-bit number that every sample's seed derives from. */
  readonly seed: bigint;
}

/** Unbiased pass@k over problems with its 95 % bootstrap interval over problems; all in [0, 1]. */
export interface PassAtKEstimate {
  readonly k: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** The figures of a finished benchmark run. */
export interface BenchmarkResult {
  readonly passAtK: readonly PassAtKEstimate[];
  readonly outcomes: OutcomeCounts;
  readonly problems: number;
  /** Problems times n. */
  readonly samples: number;
  /** Digest of the weights that were scored. */
  readonly weightsDigest: string;
  readonly phases: PhaseSeconds;
}
