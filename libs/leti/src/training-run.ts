import type { CheckpointReference } from './checkpoint-reference.ts';
import type { SampleFigures } from './group.ts';
import type { PhaseSeconds } from './run-figures.ts';
import type { RunState } from './run-state.ts';

/** A checkpoint whose content is known. */
export interface PinnedCheckpoint extends CheckpointReference {
  readonly digest: string;
}

/** Mean losses over an iteration's steps, nats per token; 0 where there was no step. */
export interface TrainingLosses {
  readonly fcftLoss: number;
  readonly pretrainingLoss: number;
}

/** Figures of one iteration. */
export interface IterationMetrics extends SampleFigures, TrainingLosses {
  readonly phases: PhaseSeconds;
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
    }
  | { readonly kind: 'iteration_finished'; readonly iteration: number; readonly metrics: IterationMetrics }
  | { readonly kind: 'checkpoint_published'; readonly iteration: number; readonly checkpoint: PinnedCheckpoint }
  /** Worth telling, changes nothing: e.g. waiting for a service to come back. */
  | { readonly kind: 'notice'; readonly message: string };

/** An event with its place in the run's history. */
export interface RecordedTrainingRunEvent {
  /** From 1, without gaps. */
  readonly number: number;
  readonly time: Date;
  readonly event: TrainingRunEvent;
}
