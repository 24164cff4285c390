import { UnsupportedModelError, type ModelConfig } from '../model-config.ts';
import { sizeOf } from '../named-array.ts';
import { codegenConfigToJson, parseCodegenConfig } from './codegen/config.ts';
import { codegenParameters, isMaskBuffer } from './codegen/parameters.ts';
import type { ConfigFields } from './config-fields.ts';
import { requireSizes } from './largest-sizes.ts';
import { LLAMA_MODEL_TYPES, llamaConfigToJson, parseLlamaConfig } from './llama/config.ts';
import { isIgnoredByLlama, llamaParameters } from './llama/parameters.ts';
import type { Parameter } from './parameter.ts';

/** What sets one family of models apart in its files; its arithmetic is in `forward.ts`, for that needs TensorFlow. */
export interface ModelFamily {
  /** The values of `model_type` that are models of this shape. */
  readonly modelTypes: readonly string[];
  /** @throws {UnsupportedModelError} naming the first field with a value that we cannot honour */
  readonly parseConfig: (fields: ConfigFields) => ModelConfig;
  /** A `config.json` that transformers loads; `parseConfig` reads it back. */
  readonly configToJson: (config: ModelConfig) => Record<string, unknown>;
  /** Every trained tensor, in a fixed order. */
  readonly parameters: (config: ModelConfig) => readonly Parameter[];
  /** Whether files hold arrays of this name that are no weights: what follows from the configuration, or copies. */
  readonly isIgnored: (name: string, config: ModelConfig) => boolean;
}

const FAMILIES: Readonly<Record<ModelConfig['architecture'], ModelFamily>> = {
  codegen: {
    modelTypes: ['codegen'],
    parseConfig: parseCodegenConfig,
    configToJson: codegenConfigToJson,
    parameters: codegenParameters,
    isIgnored: isMaskBuffer,
  },
  llama: {
    modelTypes: LLAMA_MODEL_TYPES,
    parseConfig: parseLlamaConfig,
    configToJson: llamaConfigToJson,
    parameters: llamaParameters,
    isIgnored: isIgnoredByLlama,
  },
};

/**
 * Reads a Hugging Face `config.json`.
 * @param json the parsed file
 * @throws {UnsupportedModelError} naming the first field with a value that we cannot honour
 */
export function parseModelConfig(json: unknown): ModelConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UnsupportedModelError('(whole file)', 'an object', json);
  }
  const fields = json as ConfigFields;
  const family = Object.values(FAMILIES).find(({ modelTypes }) =>
    (modelTypes as readonly unknown[]).includes(fields['model_type']),
  );
  if (family !== undefined) {
    const config = family.parseConfig(fields);
    requireSizes(config);
    return config;
  }
  const known = Object.values(FAMILIES).flatMap(({ modelTypes }) => modelTypes.map((type) => `"${type}"`));
  throw new UnsupportedModelError('model_type', known.join(' or '), fields['model_type']);
}

/** A `config.json` for this model that transformers loads. `parseModelConfig` reads it back. */
export function modelConfigToJson(config: ModelConfig): Record<string, unknown> {
  return FAMILIES[config.architecture].configToJson(config);
}

/** Every trained tensor of the model, in a fixed order. */
export function parametersOf(config: ModelConfig): readonly Parameter[] {
  return FAMILIES[config.architecture].parameters(config);
}

/** Numbers in all of the model's trained tensors. */
export function countParameters(config: ModelConfig): number {
  return parametersOf(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Shape of every array that a checkpoint of this model holds, by Hugging Face name and in its layout. */
export function weightShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  return new Map(parametersOf(config).flatMap(({ files }) => files.map(({ name, shape }) => [name, shape])));
}

/**
 * Whether a checkpoint may hold an array of this name besides the weights, to be left out: masks and frequencies that
 * follow from the configuration, a head that is tied to the embedding.
 */
export function isIgnoredName(config: ModelConfig, name: string): boolean {
  return FAMILIES[config.architecture].isIgnored(name, config);
}
