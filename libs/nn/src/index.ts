// Models
export { UnsupportedModelError, type ModelConfig } from './model-config.ts';
export { isIgnoredName, modelConfigToJson, parseModelConfig, weightShapes } from './families/index.ts';
export type { RotaryConfig, RotaryScaling } from './rotary-config.ts';
export { InvalidWeightsError, type NamedArray, type NamedArrays } from './named-array.ts';
export { initialWeights } from './initial-weights.ts';

// Training
export { FineTuner, type BatchLoss, type FineTunerOptions, type StepResult } from './training/fine-tuner.ts';
export { NonFiniteLossError } from './training/non-finite-loss-error.ts';
export { DEFAULT_ADAMW, type AdamWHyperparameters } from './training/adamw.ts';
export type { BatchLayout, TrainingBatch } from './training/batch.ts';

// Sampling
export { Sampler, type SamplerOptions } from './decode/sampler.ts';
export type { SampledTokens, SampleGroup, SampleRequest } from './decode/sample-group.ts';
export { DeviceMemoryError } from './decode/memory-plan.ts';
export { NonFiniteLogitsError } from './decode/non-finite-logits-error.ts';

// Errors of the machinery underneath
export { CompileError, type ProductPrecision } from './compile/dtype.ts';

// Diagnostics
export { tensorRuntime, type TensorRuntime } from './tensor-runtime.ts';
