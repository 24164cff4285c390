import { type Checkpoint, readCheckpoint } from '@leti/checkpoint';
import { type AdamWHyperparameters, DEFAULT_ADAMW, FineTuner } from '@leti/nn';
import type { TrainingJob } from './training-job.ts';
import { initialState, stateOf, type TrainingState } from './training-state.ts';

/** A model that is ready to be trained on, and what it takes to save it. Whoever has it disposes of its tuner. */
export interface Model {
  readonly tuner: FineTuner;
  readonly checkpoint: Pick<Checkpoint, 'config' | 'tokenizer' | 'endIds'>;
}

/** A model and how far an iteration is with it. */
export interface OpenedModel {
  readonly model: Model;
  readonly state: TrainingState;
}

/**
 * Loads what an iteration goes on with: a state that was saved of it, else the checkpoint that it starts from.
 * @param saved the newest state that was saved of the iteration, if any
 * @throws what reading the checkpoint throws; {InvalidWeightsError}
 */
export async function openModel(job: TrainingJob, saved: Checkpoint | undefined): Promise<OpenedModel> {
  // Where nothing is continued, moments start at zero: a base checkpoint's belong to another run.
  const checkpoint =
    saved ?? (await readCheckpoint(job.from.path, { expectedDigest: job.from.digest, withOptimizer: job.continues }));
  const { config, weights, optimizerState, tokenizer, endIds } = checkpoint;
  const { layout, products, weightPrecision, microBatchSize, recompute } = job.settings.fineTuning;
  const tuner = FineTuner.create({
    config,
    weights,
    hyperparameters: hyperparametersOf(job),
    layout,
    products,
    weightPrecision,
    ...(microBatchSize > 0 && { microBatchSize }),
    recompute,
    ...(optimizerState && { optimizerState }),
  });
  return {
    model: { tuner, checkpoint: { config, tokenizer, endIds } },
    state: stateAt(job, checkpoint, saved !== undefined),
  };
}

function stateAt(job: TrainingJob, checkpoint: Checkpoint, isOfIteration: boolean): TrainingState {
  if (isOfIteration) return stateOf(checkpoint);
  return initialState(job.iteration, job.continues ? stateOf(checkpoint).cursorAfter : undefined);
}

function hyperparametersOf({ settings }: TrainingJob): AdamWHyperparameters {
  const { weightDecay, gradientClip } = settings.fineTuning;
  return { ...DEFAULT_ADAMW, weightDecay, ...(gradientClip > 0 && { maxGradientNorm: gradientClip }) };
}
