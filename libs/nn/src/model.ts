/** @module What a model is made of, for programs that only read or move weights: importing it does not load TensorFlow. */
export { shownValue, UnsupportedModelError, type ModelConfig } from './model-config.ts';
export {
  countParameters,
  isIgnoredName,
  modelConfigToJson,
  parseModelConfig,
  weightShapes,
} from './families/model-families.ts';
export type { RotaryConfig, RotaryScaling } from './rotary-config.ts';
export { InvalidWeightsError, sizeOf, type NamedArray, type NamedArrays } from './named-array.ts';
export { initialWeights } from './initial-weights.ts';
export { NonFiniteLogitsError } from './decode/non-finite-logits-error.ts';
export { NonFiniteLossError } from './training/non-finite-loss-error.ts';
export { DeviceMemoryError } from './device-memory-error.ts';
export type { BatchLayout } from './training/batch.ts';
export type { WeightPrecision } from './training/weight-precision.ts';
export {
  requireTrainingMemory,
  trainingMemory,
  type TrainingMemory,
  type TrainingMemoryBatch,
} from './training/training-memory.ts';
