import { batchesOfLikeLength } from './batches-of-like-length.ts';
import { deriveSeed, permutation } from './seeds.ts';
import type { FineTuningSettings, PretrainingMix } from './training-settings.ts';

/** What decides an iteration's optimizer steps. */
export interface TrainingPlan {
  readonly seed: bigint;
  /** Tokens of each FCFT sequence of the iteration. How many there are is the same in every iteration: |P| · n. */
  readonly lengths: ArrayLike<number>;
  readonly fineTuning: Pick<FineTuningSettings, 'epochs' | 'batchSize' | 'learningRate' | 'warmupSteps'>;
  readonly pretrainingMix: Pick<PretrainingMix, 'ratio'>;
}

interface StepBase {
  /** 0-based within the iteration. */
  readonly step: number;
  readonly learningRate: number;
}

/** One optimizer step: on a batch of FCFT sequences, or on a batch of the pre-training stream. */
export type TrainingStep =
  | (StepBase & {
      readonly kind: 'fcft';
      /** 0-based. */
      readonly epoch: number;
      /** Which of the iteration's sequences, int32 [B]. */
      readonly indices: Int32Array;
    })
  | (StepBase & {
      readonly kind: 'pretraining';
      /** Which batch of the run's pre-training stream, from 0. */
      readonly batch: number;
    });

/** Steps of one iteration, and of all before it. */
export interface StepCounts {
  readonly fcft: number;
  readonly pretraining: number;
  readonly fcftBefore: number;
  readonly pretrainingBefore: number;
}

/**
 * Pre-training steps that go with the run's first `fcftSteps` FCFT steps: the share that is owed is paid as soon as it
 * makes a whole step (error diffusion), over iterations too, so that a ratio of 0.1 gives one in ten.
 */
function pretrainingStepsAfter(fcftSteps: number, ratio: number): number {
  return Math.floor(fcftSteps * ratio + 1e-9); // 10 * 0.1 may lie just below 1
}

/** How many steps the `iteration`-th iteration has; iterations count from 1. */
export function stepCounts(plan: TrainingPlan, iteration: number): StepCounts {
  const fcft = plan.fineTuning.epochs * Math.ceil(plan.lengths.length / plan.fineTuning.batchSize);
  const fcftBefore = fcft * (iteration - 1);
  const pretrainingBefore = pretrainingStepsAfter(fcftBefore, plan.pretrainingMix.ratio);
  const pretraining = pretrainingStepsAfter(fcftBefore + fcft, plan.pretrainingMix.ratio) - pretrainingBefore;
  return { fcft, pretraining, fcftBefore, pretrainingBefore };
}

/**
 * The optimizer steps of one iteration, in order. Each is a function of (plan, iteration, step), so that training
 * stopped after any step goes on with the next as if nothing had happened.
 *
 * Eq. 1 of arXiv:2305.10314 adds an FCFT and a pre-training loss; as in the published code they are separate steps in
 * turn. Unlike it, sequences are shuffled over all problems anew in each epoch (there, every batch held the samples of
 * one problem), and the pre-training stream goes on over epochs and iterations (there, it started again each epoch).
 *
 * @param iteration counts from 1
 */
export function* trainingSteps(plan: TrainingPlan, iteration: number): Generator<TrainingStep, void> {
  const { epochs, batchSize, learningRate: peak, warmupSteps } = plan.fineTuning;
  const { ratio } = plan.pretrainingMix;
  const { fcftBefore, pretrainingBefore } = stepCounts(plan, iteration);
  let fcftDone = fcftBefore;
  let pretrainingDone = pretrainingBefore;
  const base = (): StepBase => {
    const stepOfRun = fcftDone + pretrainingDone;
    const learningRate = stepOfRun < warmupSteps ? (peak * (stepOfRun + 1)) / warmupSteps : peak;
    return { step: stepOfRun - fcftBefore - pretrainingBefore, learningRate };
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const seedOf = (purpose: string): bigint => deriveSeed(plan.seed, purpose, iteration, epoch);
    const order = permutation(seedOf('fcft-order'), plan.lengths.length);
    const lengthOf = (index: number): number => plan.lengths[index]!;
    for (const indices of batchesOfLikeLength(order, lengthOf, batchSize, seedOf('fcft-batches'))) {
      yield { ...base(), kind: 'fcft', epoch, indices };
      fcftDone++;
      while (pretrainingDone < pretrainingStepsAfter(fcftDone, ratio)) {
        yield { ...base(), kind: 'pretraining', batch: pretrainingDone };
        pretrainingDone++;
      }
    }
  }
}
