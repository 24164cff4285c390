import type { ModelConfig } from '@leti/nn';

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

export const PRETRAINING = {
  weightsSeed: 1,
  steps: 6500,
  /** Documents per step; each is seen once. */
  batchSize: 64,
  peakLearningRate: 3e-3,
  warmupSteps: 100,
  /** Of the peak, at the last step; between them a cosine. */
  finalShare: 0.05,
  beta2: 0.99,
  maxGradientNorm: 1,
} as const;

/** Learning rate of a step, counted from 0. */
export function learningRateAt(step: number): number {
  const { steps, peakLearningRate, warmupSteps, finalShare } = PRETRAINING;
  const warmup = Math.min(1, (step + 1) / warmupSteps);
  const cosine = (1 + Math.cos((Math.PI * step) / steps)) / 2;
  return peakLearningRate * warmup * (finalShare + (1 - finalShare) * cosine);
}
