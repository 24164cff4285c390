import type { ModelConfig } from '@leti/nn';
import type { BaseRecipe } from '../base-model/base-recipe.ts';

/** Names the endless corpus; documents are drawn from it by number. */
export const CORPUS_SEED = 'micro-base';

/** One document in so many is a traceback. */
export const TRACEBACK_EVERY = 32;

/** How many of the first documents ship with the project. */
export const SHIPPED_DOCUMENTS = 16_384;

/** 248 000 parameters. */
export const MODEL: ModelConfig = {
  architecture: 'codegen',
  modelType: 'codegen',
  numLayers: 3,
  embedDim: 64,
  numHeads: 4,
  numKeyValueHeads: 4,
  headDim: 16,
  innerDim: 256,
  vocabSize: 768,
  maxPositions: 1024,
  normEpsilon: 1e-5,
  rotary: { dims: 16, theta: 10000 },
  attentionBias: false,
  tiedHead: false,
  bosTokenId: 0,
  eosTokenId: 0,
  padTokenId: 0,
};

/** The weights that training begins with are drawn from it. */
export const WEIGHTS_SEED = 1;

export const PRETRAINING: BaseRecipe = {
  steps: 6500,
  batchSize: 64,
  peakLearningRate: 3e-3,
  warmupSteps: 100,
  finalShare: 0.05,
  beta2: 0.99,
  maxGradientNorm: 1,
};
