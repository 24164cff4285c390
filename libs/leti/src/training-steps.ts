import { batchesOfLikeLength } from './batches-of-like-length.ts';
import { deriveSeed, permutation } from './seeds.ts';
import type { FineTuningSettings, PretrainingMix } from './settings/training-settings.ts';

/** How far a run is, over its iterations: enough to go on from there, whatever the iterations before were like. */
export interface TrainingCursor {
  /** FCFT steps taken; without FCFT, those that pre-training steps were owed for. */
  readonly fcftSteps: number;
  readonly pretrainingSteps: number;
  /** The pre-training stream's next batch. */
  readonly pretrainingBatch: number;
}

/** Where a run begins. */
export const FIRST_CURSOR: TrainingCursor = { fcftSteps: 0, pretrainingSteps: 0, pretrainingBatch: 0 };

/** What decides an iteration's optimizer steps. */
export interface TrainingPlan {
  readonly seed: bigint;
  /** Tokens of each of the iteration's examples. */
  readonly lengths: ArrayLike<number>;
  /** Per example the place of its problem, in whose order `by_problem` takes them; of equal places in their own order. */
  readonly problemOf: ArrayLike<number>;
  /** Takes the pre-training steps that would go with the FCFT steps, and these not: the paper's ablation. */
  readonly onlyPretraining: boolean;
  /**
   * By `order`, an epoch takes its examples `shuffled` over all problems, anew each time, in batches of like length;
   * `shuffled_once`, in one order for the whole run; or `by_problem`, one after another as the published code does, so that
   * with n examples of each and batches of n each batch holds one problem.
   */
  readonly fineTuning: Pick<FineTuningSettings, 'epochs' | 'batchSize' | 'learningRate' | 'warmupSteps' | 'order'>;
  /** With `cursor`, whether the pre-training stream goes on over epochs, or begins anew with each. */
  readonly pretrainingMix: Pick<PretrainingMix, 'ratio' | 'cursor'>;
  /** Before the iteration. */
  readonly cursor: TrainingCursor;
}

interface StepBase {
  /** 0-based within the iteration. */
  readonly step: number;
  readonly learningRate: number;
}

/** One optimizer step: on a batch of the iteration's examples, or on a batch of the pre-training stream. */
export type TrainingStep =
  | (StepBase & {
      readonly kind: 'fcft';
      /** 0-based. */
      readonly epoch: number;
      /** Which of the iteration's examples, int32 [B]. */
      readonly indices: Int32Array;
    })
  | (StepBase & {
      readonly kind: 'pretraining';
      /** Which batch of the pre-training stream, from 0. */
      readonly batch: number;
    });

/** Steps of one iteration. */
export interface StepCounts {
  readonly fcft: number;
  readonly pretraining: number;
}

/**
 * Pre-training steps that go with the run's first `fcftSteps` FCFT steps: the share that is owed is paid as soon as it
 * makes a whole step (error diffusion), over iterations too, so that a ratio of 0.1 gives one in ten.
 */
function pretrainingStepsAfter(fcftSteps: number, ratio: number): number {
  return Math.floor(fcftSteps * ratio + 1e-9); // 10 * 0.1 may lie just below 1
}

/** What {@link stepCounts} needs; a {@link TrainingPlan} has it. */
export interface CountedPlan {
  readonly lengths: { readonly length: number };
  readonly onlyPretraining: boolean;
  readonly fineTuning: Pick<FineTuningSettings, 'epochs' | 'batchSize'>;
  readonly pretrainingMix: Pick<PretrainingMix, 'ratio'>;
  readonly cursor: Pick<TrainingCursor, 'fcftSteps'>;
}

/** How many steps an iteration has. */
export function stepCounts({ lengths, fineTuning, pretrainingMix, onlyPretraining, cursor }: CountedPlan): StepCounts {
  const fcft = fcftStepsOf(lengths.length, fineTuning);
  const { ratio } = pretrainingMix;
  const pretraining =
    pretrainingStepsAfter(cursor.fcftSteps + fcft, ratio) - pretrainingStepsAfter(cursor.fcftSteps, ratio);
  return { fcft: onlyPretraining ? 0 : fcft, pretraining };
}

function fcftStepsOf(
  examples: number,
  { epochs, batchSize }: Pick<FineTuningSettings, 'epochs' | 'batchSize'>,
): number {
  return epochs * Math.ceil(examples / batchSize);
}

/**
 * The cursor before an iteration when all before it had as many examples: what a checkpoint written before cursors were
 * saved stands for.
 * @param iteration counts from 1
 */
export function cursorAfterEqualIterations(
  plan: Pick<CountedPlan, 'lengths' | 'fineTuning' | 'pretrainingMix'>,
  iteration: number,
): TrainingCursor {
  const fcftSteps = fcftStepsOf(plan.lengths.length, plan.fineTuning) * (iteration - 1);
  const pretrainingSteps = pretrainingStepsAfter(fcftSteps, plan.pretrainingMix.ratio);
  return { fcftSteps, pretrainingSteps, pretrainingBatch: pretrainingSteps };
}

/**
 * The optimizer steps of one iteration, in order. Each is a function of (plan, iteration, step), so that training
 * stopped after any step goes on with the next as if nothing had happened.
 *
 * Eq. 1 of arXiv:2305.10314 adds an FCFT and a pre-training loss; as in the published code they are separate steps in
 * turn.
 *
 * @param iteration counts from 1
 * @returns the cursor after the iteration
 */
export function* trainingSteps(plan: TrainingPlan, iteration: number): Generator<TrainingStep, TrainingCursor> {
  const { epochs, learningRate: peak, warmupSteps } = plan.fineTuning;
  const { ratio } = plan.pretrainingMix;
  let { fcftSteps, pretrainingSteps, pretrainingBatch } = plan.cursor;
  // What the mix owes from here on; under another ratio than before, nothing is owed for the past.
  const owed = (): number =>
    pretrainingStepsAfter(fcftSteps, ratio) - pretrainingStepsAfter(plan.cursor.fcftSteps, ratio);
  let step = 0;
  const base = (): StepBase => {
    const stepOfRun = (plan.onlyPretraining ? 0 : fcftSteps) + pretrainingSteps;
    return { step: step++, learningRate: stepOfRun < warmupSteps ? (peak * (stepOfRun + 1)) / warmupSteps : peak };
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (plan.pretrainingMix.cursor === 'restart_each_epoch') pretrainingBatch = 0;
    for (const indices of exampleBatches(plan, iteration, epoch)) {
      if (!plan.onlyPretraining) yield { ...base(), kind: 'fcft', epoch, indices };
      fcftSteps++;
      while (pretrainingSteps - plan.cursor.pretrainingSteps < owed()) {
        yield { ...base(), kind: 'pretraining', batch: pretrainingBatch };
        pretrainingSteps++;
        pretrainingBatch++;
      }
    }
  }
  return { fcftSteps, pretrainingSteps, pretrainingBatch };
}

/** An epoch's batches of examples. */
function exampleBatches(plan: TrainingPlan, iteration: number, epoch: number): Int32Array[] {
  const { seed, lengths, problemOf } = plan;
  const { batchSize, order } = plan.fineTuning;
  switch (order) {
    case 'shuffled': {
      const seedOf = (purpose: string): bigint => deriveSeed(seed, purpose, iteration, epoch);
      const shuffledOrder = permutation(seedOf('fcft-order'), lengths.length);
      return batchesOfLikeLength(shuffledOrder, (index) => lengths[index]!, batchSize, seedOf('fcft-batches'));
    }
    case 'shuffled_once':
      return cut(permutation(deriveSeed(seed, 'fcft-order'), lengths.length), batchSize);
    case 'by_problem': {
      const byProblem = Array.from({ length: lengths.length }, (_, index) => index);
      byProblem.sort((a, b) => problemOf[a]! - problemOf[b]!); // stable: a problem's samples stay in their order
      return cut(Int32Array.from(byProblem), batchSize);
    }
  }
}

function cut(order: Int32Array, batchSize: number): Int32Array[] {
  return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) =>
    order.slice(i * batchSize, (i + 1) * batchSize),
  );
}
