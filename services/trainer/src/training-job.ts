import type { FineTuningSettings, PinnedCheckpoint, PretrainingMix, TrainingLosses } from '@leti/leti';

/** What the trainer asks of its worker: one iteration's training. */
export interface TrainingJob {
  readonly runFolder: string;
  /** Counts from 1. */
  readonly iteration: number;
  /** Where the iteration starts; `path` is a folder. */
  readonly from: PinnedCheckpoint;
  readonly seed: bigint;
  readonly fineTuning: FineTuningSettings;
  readonly pretrainingMix: PretrainingMix;
  /** File that the mix's corpus stands for; not read when the ratio is 0. */
  readonly corpusPath: string;
  /** What the file must hold; null takes it as it is. */
  readonly corpusDigest: string | null;
  /** The state is saved whenever so much time has passed since the last save; 0 saves after every step. */
  readonly saveEveryMs: number;
}

/** How far a job is. */
export interface TrainingProgress {
  /** Optimizer steps done, and in all. */
  readonly step: number;
  readonly stepsTotal: number;
  /** Nats per token of the latest batch of each kind; 0 before the first. */
  readonly fcftLoss: number;
  readonly pretrainingLoss: number;
}

/** What a finished job gives. */
export interface TrainingOutcome {
  /** Of the published checkpoint. */
  readonly digest: string;
  readonly losses: TrainingLosses;
  /** Spent up to the last step, by all attempts as far as their work was kept, and on publishing. */
  readonly trainSeconds: number;
  readonly publishSeconds: number;
}
