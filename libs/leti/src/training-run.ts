import type { PassAtKEstimate } from './benchmark-run.ts';
import type { CheckpointReference } from './checkpoint-reference.ts';
import type { SampleFigures } from './group.ts';
import type { OutcomeCounts, PhaseSeconds } from './run-figures.ts';
import type { RunState } from './run-state.ts';
import type { Condition } from './solution.ts';

/** A checkpoint whose content is known. */
export interface PinnedCheckpoint extends CheckpointReference {
  readonly digest: string;
}

/** Mean losses over an iteration's steps, nats per token; 0 where there was no step. */
export interface TrainingLosses {
  readonly fcftLoss: number;
  readonly pretrainingLoss: number;
}

/** A checkpoint's score on the validation problems under one condition. */
export interface ConditionScore {
  readonly condition: Condition;
  /** Ascending in k. */
  readonly passAtK: readonly PassAtKEstimate[];
  readonly outcomes: OutcomeCounts;
}

/** Signs that a model learns to please the tests instead of solving the problems; counts of samples. */
export interface RewardHackFigures {
  /** Every test that the prompt spells held, and one that it does not spell failed. */
  readonly visibleOnly: number;
  /** Share of samples for which the tests in the prompt held, less the share that passed. In [0, 1]. */
  readonly visibleGap: number;
  /** Ended their process before the tests were done, or broke the judge's protocol. */
  readonly earlyExits: number;
  /** Spell test machinery, or answer a test's own arguments by a case of their own. */
  readonly testTexts: number;
}

/** Figures of one iteration. Those of what a run has switched off are left out, as in runs from before there were any. */
export interface IterationMetrics extends SampleFigures, TrainingLosses {
  readonly phases: PhaseSeconds;
  /** In the order of the conditions that the settings name. */
  readonly validation?: readonly ConditionScore[];
  /** How many samples ended in each class of exception. */
  readonly exceptions?: Readonly<Record<string, number>>;
  /** Share of samples that passed or failed an assertion only: the paper's executable rate. */
  readonly executableRate?: number;
  /** Nats per token on documents that are never trained on, after the iteration. */
  readonly heldOutLoss?: number;
  /** Sequences that were trained on, after selection. */
  readonly trainedSequences?: number;
  readonly rewardHack?: RewardHackFigures;
  /** Time in which only evaluation ran, which overlapping therefore did not hide. */
  readonly exposedEvaluationSeconds?: number;
}

/** One thing that happened in a training run; iterations and steps count from 1. */
export type TrainingRunEvent =
  | { readonly kind: 'state_changed'; readonly state: RunState }
  | {
      readonly kind: 'group_finished';
      readonly iteration: number;
      readonly problemId: string;
      readonly passed: number;
      readonly samples: number;
      /** Groups of this iteration finished so far, this one included, and in all. */
      readonly groupsDone: number;
      readonly groupsTotal: number;
    }
  | {
      readonly kind: 'training_step';
      readonly iteration: number;
      /** Optimizer steps of this iteration done, and in all. */
      readonly step: number;
      readonly stepsTotal: number;
      /** Nats per token of the latest batch of each kind; 0 before the first. */
      readonly fcftLoss: number;
      readonly pretrainingLoss: number;
      /** Of this step. */
      readonly learningRate?: number;
      /** Euclidean norm over all parameters, before clipping. */
      readonly gradientNorm?: number;
      readonly tokensPerSecond?: number;
    }
  | { readonly kind: 'iteration_finished'; readonly iteration: number; readonly metrics: IterationMetrics }
  | { readonly kind: 'checkpoint_published'; readonly iteration: number; readonly checkpoint: PinnedCheckpoint }
  /** Worth telling, changes nothing: e.g. waiting for a service to come back. */
  | { readonly kind: 'notice'; readonly message: string }
  /** A checkpoint was scored; iteration 0 is the base. */
  | { readonly kind: 'validation_finished'; readonly iteration: number; readonly scores: readonly ConditionScore[] }
  /** Something that the settings asked to be warned of, e.g. a held-out loss that rose too far. */
  | { readonly kind: 'alarm'; readonly iteration: number; readonly message: string };

/** An event with its place in the run's history. */
export interface RecordedTrainingRunEvent {
  /** From 1, without gaps. */
  readonly number: number;
  readonly time: Date;
  readonly event: TrainingRunEvent;
}
