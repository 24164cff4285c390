/** @module What a model is made of, for programs that only read or move weights: importing it does not load TensorFlow. */
export { modelConfigToJson, parseModelConfig, UnsupportedModelError, type ModelConfig } from './model-config.ts';
export { InvalidWeightsError, type NamedArray, type NamedArrays } from './named-array.ts';
export { initialWeights } from './initial-weights.ts';
export { weightShapes } from './weight-shapes.ts';
export { NonFiniteLossError } from './training/non-finite-loss-error.ts';
