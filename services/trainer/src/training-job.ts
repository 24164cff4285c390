import type { PinnedCheckpoint, TrainingLosses, TrainingSettings } from '@leti/leti';

/** The settings that training looks at. */
export type TrainingJobSettings = Pick<
  TrainingSettings,
  | 'seed'
  | 'objective'
  | 'samplesPerProblem'
  | 'condition'
  | 'feedback'
  | 'dataset'
  | 'fineTuning'
  | 'pretrainingMix'
  | 'distillation'
>;

/** What the trainer asks of its worker: one iteration's training. */
export interface TrainingJob {
  readonly runFolder: string;
  /** Counts from 1. */
  readonly iteration: number;
  /** Where the iteration starts; `path` is a folder. */
  readonly from: PinnedCheckpoint;
  /**
   * Whether `from` is a state of this run, or of the one that it is a fork of: optimizer moments, warm-up and the
   * pre-training stream go on from there. Otherwise they begin.
   */
  readonly continues: boolean;
  readonly settings: TrainingJobSettings;
  /** Where tokenised corpora are kept, those of all runs of a store together. */
  readonly shardsFolder: string;
  /** File or folder that the mix's corpus stands for; not read when the ratio is 0. */
  readonly corpusPath: string;
  /** What it must hold; null takes it as it is. */
  readonly corpusDigest: string | null;
  /** The state is saved whenever so much time has passed since the last save; 0 saves after every step. */
  readonly saveEveryMs: number;
}

/** Which of a run's iterations a call is about. */
export type IterationOfRun = Pick<TrainingJob, 'runFolder' | 'iteration'>;

/** How far a job is. */
export interface TrainingProgress {
  /** Optimizer steps done, and in all. */
  readonly step: number;
  readonly stepsTotal: number;
  /** Nats per token of the latest batch of each kind; 0 before the first. */
  readonly fcftLoss: number;
  readonly pretrainingLoss: number;
  /** Of the latest step: its rate, the gradient's norm before it was clipped, and targets per second. */
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly tokensPerSecond: number;
}

/** What a finished job gives. */
export interface TrainingOutcome {
  /** Of the published checkpoint. */
  readonly digest: string;
  readonly losses: TrainingLosses;
  /** Spent up to the last step, by all attempts as far as their work was kept, and on publishing. */
  readonly trainSeconds: number;
  readonly publishSeconds: number;
  /** Of `trainSeconds`: within optimizer steps, and on making sequences and batches. The rest loaded and saved states. */
  readonly stepSeconds: number;
  readonly dataSeconds: number;
  /** Nats per token on held-out documents of the pre-training corpus, after the last step; undefined without any. */
  readonly heldOutLoss?: number;
  /** Examples trained on: samples after selection, or reference solutions. */
  readonly sequences: number;
}

/** The part of a run's settings that a job carries: problems and the like stay with the run. */
export function jobSettings(settings: TrainingJobSettings): TrainingJobSettings {
  const { seed, objective, samplesPerProblem, condition, feedback, dataset } = settings;
  const { fineTuning, pretrainingMix, distillation } = settings;
  return {
    seed,
    objective,
    samplesPerProblem,
    condition,
    feedback,
    dataset,
    fineTuning,
    pretrainingMix,
    distillation,
  };
}
