import type { BenchmarkResult, IterationMetrics, Outcome } from '@leti/leti';

/** What one page shows: a training run, and its checkpoints scored before and after. All of it is embedded as JSON. */
export interface ReportData {
  /** What was run, e.g. "micro, seed 0". */
  readonly title: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Missing when the run was not scored. */
  readonly comparison?: BenchmarkComparison;
  /** In order; at least one. */
  readonly iterations: readonly IterationFigures[];
  /** Optimizer steps in order; may be thinned out. */
  readonly steps: readonly StepLosses[];
  readonly examples: readonly SolvedExample[];
  /** Wall time of the whole job by part, in order. */
  readonly parts: readonly { readonly name: string; readonly seconds: number }[];
  /** The resolved settings, as plain JSON. */
  readonly settings: unknown;
  /** Folders and digests worth keeping. */
  readonly artifacts: readonly Artifact[];
}

/** One benchmark of two checkpoints. */
export interface BenchmarkComparison {
  readonly task: string;
  readonly split: string;
  readonly samplesPerProblem: number;
  readonly temperature: number;
  readonly before: BenchmarkResult;
  readonly after: BenchmarkResult;
  /** after − before in pass@1 over the same problems, paired 95 % interval. */
  readonly difference?: { readonly estimate: number; readonly low: number; readonly high: number };
}

/** Figures of one iteration of the LETI loop. */
export interface IterationFigures extends IterationMetrics {
  /** From 1. */
  readonly iteration: number;
}

/** Losses of one optimizer step, nats per token; 0 where there was no such batch yet. */
export interface StepLosses {
  readonly iteration: number;
  /** From 1 within the iteration. */
  readonly step: number;
  /** Steps of the iteration in all. */
  readonly stepsTotal: number;
  readonly fcftLoss: number;
  readonly pretrainingLoss: number;
}

/** A problem that the model failed, what the interpreter said, and how the model solved it later. */
export interface SolvedExample {
  readonly problemId: string;
  readonly prompt: string;
  readonly tests: readonly string[];
  readonly failed: {
    readonly iteration: number;
    readonly solution: string;
    readonly outcome: Outcome;
    readonly feedback: string;
  };
  /** Missing when no sample has passed yet. */
  readonly passed?: { readonly iteration: number; readonly solution: string };
}

/** A thing the run left behind. */
export interface Artifact {
  readonly name: string;
  readonly path: string;
  /** `sha256:…`; missing where a digest makes no sense. */
  readonly digest?: string;
}
