// Models
export { modelConfigToJson, parseModelConfig, UnsupportedModelError, type ModelConfig } from './model-config.ts';
export { InvalidWeightsError, type NamedArray, type NamedArrays } from './named-array.ts';

// Errors of the machinery underneath
export { CompileError } from './compile/dtype.ts';
