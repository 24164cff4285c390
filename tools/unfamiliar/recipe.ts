import type { BaseRecipe } from '../base-model/base-recipe.ts';

/** Names the endless corpus; documents are drawn from it by number. */
export const CORPUS_SEED = 'unfamiliar-base';

/**
 * One document in so many has the traceback of its program above it, where the program fails: from those the model learns
 * that what a traceback quotes stands in the code below. Infinity leaves them out.
 */
export const TRACEBACK_EVERY = 20;

/** How many of the first documents ship with the project. */
export const SHIPPED_DOCUMENTS = 8192;

/** Goes on from the micro base model, whose shape and tokenizer it keeps. */
export const PRETRAINING: BaseRecipe = {
  steps: 400,
  batchSize: 64,
  peakLearningRate: 2e-3,
  warmupSteps: 40,
  finalShare: 0.05,
  beta2: 0.99,
  maxGradientNorm: 1,
};
