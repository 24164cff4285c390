import { UnsupportedModelError, type ModelConfig } from '../../model-config.ts';
import {
  flag,
  positiveInteger,
  positiveNumber,
  requireValues,
  tokenIdFields,
  tokenIds,
  type ConfigFields,
} from '../config-fields.ts';
import { parseRotary, rotaryToJson } from './rotary-fields.ts';

/** What sets apart the model types of this shape. The numbers are the defaults of transformers' configuration classes. */
const MODEL_TYPES = {
  llama: { className: 'LlamaForCausalLM', attentionBias: false, maxPositions: 2048, defaults: { bos: 1, eos: 2 } },
  qwen2: { className: 'Qwen2ForCausalLM', attentionBias: true, maxPositions: 32768, defaults: {} },
} as const;

type ModelType = keyof typeof MODEL_TYPES;

/** Values of `model_type`: DeepSeek-Coder and SmolLM2 call themselves `llama`, Qwen2.5-Coder `qwen2`. */
export const LLAMA_MODEL_TYPES = Object.keys(MODEL_TYPES);

/** Settings that must have one value: what we do not compute, and dropout, which LETI trains without. */
const REQUIRED_VALUES = [
  ['hidden_act', 'silu'],
  ['attention_dropout', 0],
  ['mlp_bias', false],
  ['rope_interleaved', false],
  ['partial_rotary_factor', 1],
] as const;

/**
 * Reads the configuration of a model of the Llama shape.
 * @throws {UnsupportedModelError} naming the first field with a value that we cannot honour
 */
export function parseLlamaConfig(fields: ConfigFields): ModelConfig {
  const modelType = fields['model_type'] as ModelType;
  const { attentionBias, maxPositions: defaultPositions, defaults } = MODEL_TYPES[modelType];
  requireValues(fields, REQUIRED_VALUES);
  // A Llama with these biases would have one on the attention's output too; Qwen2's class does not look at the setting.
  if (modelType === 'llama') requireValues(fields, [['attention_bias', false]]);
  if (fields['quantization_config'] != null) {
    throw new UnsupportedModelError('quantization_config', 'absent', fields['quantization_config']);
  }
  const embedDim = positiveInteger(fields, 'hidden_size');
  const numHeads = positiveInteger(fields, 'num_attention_heads');
  const numKeyValueHeads = positiveInteger(fields, 'num_key_value_heads', numHeads);
  if (numHeads % numKeyValueHeads !== 0) {
    throw new UnsupportedModelError('num_key_value_heads', `a divisor of ${numHeads}`, numKeyValueHeads);
  }
  if (embedDim % numHeads !== 0) {
    throw new UnsupportedModelError('hidden_size', `a multiple of num_attention_heads (${numHeads})`, embedDim);
  }
  const headDim = positiveInteger(fields, 'head_dim', embedDim / numHeads);
  if (headDim % 2 !== 0) throw new UnsupportedModelError('head_dim', 'even', headDim);
  const numLayers = positiveInteger(fields, 'num_hidden_layers');
  const maxPositions = positiveInteger(fields, 'max_position_embeddings', defaultPositions);
  refuseSlidingWindow(fields, numLayers, maxPositions);
  const vocabSize = positiveInteger(fields, 'vocab_size');
  return {
    architecture: 'llama',
    modelType,
    numLayers,
    embedDim,
    numHeads,
    numKeyValueHeads,
    headDim,
    innerDim: positiveInteger(fields, 'intermediate_size'),
    vocabSize,
    maxPositions,
    normEpsilon: positiveNumber(fields, 'rms_norm_eps', 1e-6),
    rotary: parseRotary(fields, headDim, maxPositions),
    attentionBias,
    tiedHead: flag(fields, 'tie_word_embeddings', false),
    ...tokenIds(fields, vocabSize, defaults),
  };
}

/** A `config.json` that transformers, of version 4 as of version 5, loads as the model's class. */
export function llamaConfigToJson(config: ModelConfig): Record<string, unknown> {
  const { className } = MODEL_TYPES[config.modelType as ModelType];
  return {
    architectures: [className],
    model_type: config.modelType,
    ...tokenIdFields(config),
    ...(config.modelType === 'llama' ? { attention_bias: false, mlp_bias: false } : { use_sliding_window: false }),
    attention_dropout: 0,
    dtype: 'float32',
    head_dim: config.headDim,
    hidden_act: 'silu',
    hidden_size: config.embedDim,
    initializer_range: 0.02,
    intermediate_size: config.innerDim,
    max_position_embeddings: config.maxPositions,
    num_attention_heads: config.numHeads,
    num_hidden_layers: config.numLayers,
    num_key_value_heads: config.numKeyValueHeads,
    rms_norm_eps: config.normEpsilon,
    ...rotaryToJson(config.rotary),
    tie_word_embeddings: config.tiedHead,
    use_cache: true,
    vocab_size: config.vocabSize,
  };
}

/**
 * A window as wide as the longest sequence hides nothing. Qwen2 has one only where `use_sliding_window` says so, in
 * layers from `max_window_layers` on, or in those that `layer_types` lists; a Llama has none.
 */
function refuseSlidingWindow(fields: ConfigFields, numLayers: number, maxPositions: number): void {
  const isQwen = fields['model_type'] === 'qwen2';
  const inUse = !isQwen || flag(fields, 'use_sliding_window', false);
  const window = fields['sliding_window'] ?? (isQwen && inUse ? 4096 : null);
  const matters = inUse && window !== null && !(typeof window === 'number' && window >= maxPositions);
  const layerTypes = fields['layer_types'];
  if (Array.isArray(layerTypes)) {
    const isPlain = (type: unknown): boolean => type === 'full_attention' || (type === 'sliding_attention' && !matters);
    if (layerTypes.every(isPlain)) return;
    throw new UnsupportedModelError('layer_types', 'all "full_attention"', layerTypes);
  }
  const firstLayer = isQwen ? Number(fields['max_window_layers'] ?? 28) : 0;
  if (matters && !(firstLayer >= numLayers)) {
    throw new UnsupportedModelError('sliding_window', `null or at least ${maxPositions}`, window);
  }
}
