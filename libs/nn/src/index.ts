// Models
export { UnsupportedModelError, type ModelConfig } from './model-config.ts';
export { isIgnoredName, modelConfigToJson, parseModelConfig, weightShapes } from './families/model-families.ts';
export type { RotaryConfig, RotaryScaling } from './rotary-config.ts';
export { InvalidWeightsError, type NamedArray, type NamedArrays } from './named-array.ts';
export { initialWeights } from './initial-weights.ts';

// Training
export { FineTuner } from './training/fine-tuner.ts';
export type { BatchLoss, FineTunerOptions, PreparedBatches, StepResult } from './training/fine-tuner-options.ts';
export { NonFiniteLossError } from './training/non-finite-loss-error.ts';
export { DEFAULT_ADAMW, type AdamWHyperparameters } from './training/adamw.ts';
export type { BatchLayout, TrainingBatch } from './training/batch.ts';
export type { DistillationBatch, DistillationPair } from './training/distillation-batch.ts';
export type { WeightPrecision } from './training/weight-precision.ts';
export { trainingMemory, type TrainingMemory, type TrainingMemoryBatch } from './training/training-memory.ts';

// Sampling
export { Sampler, type SamplerOptions, type WeightSwap } from './decode/sampler.ts';
export type { SampledTokens, SampleGroup, SampleRequest } from './decode/sample-group.ts';
export { NonFiniteLogitsError } from './decode/non-finite-logits-error.ts';

// Errors of the machinery underneath
export { DeviceMemoryError } from './device-memory-error.ts';
export { CompileError, type ProductPrecision } from './compile/dtype.ts';

// Diagnostics
export { defaultMemoryBytes } from './device-memory.ts';
export { openScalarWriter, type ScalarWriter } from './scalar-writer.ts';
export { tensorRuntime, type TensorRuntime } from './tensor-runtime.ts';
