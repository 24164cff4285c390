import { UnsupportedModelError, type ModelConfig } from '../../model-config.ts';
import {
  positiveInteger,
  positiveNumber,
  requireValues,
  tokenIdFields,
  tokenIds,
  type ConfigFields,
} from '../config-fields.ts';

/** Settings that must have one value: what we do not compute, and dropout, which LETI trains without. */
const REQUIRED_VALUES = [
  ['activation_function', 'gelu_new'],
  ['tie_word_embeddings', false],
  ['scale_attn_weights', true],
  ['resid_pdrop', 0],
  ['embd_pdrop', 0],
  ['attn_pdrop', 0],
] as const;

/** How many groups of heads the fused projection is stored in (`mp_num` in transformers' modeling_codegen.py). */
export const NUM_GROUPS = 4;

/**
 * Reads the configuration of a CodeGen model.
 * @throws {UnsupportedModelError} naming the first field with a value that we cannot honour
 */
export function parseCodegenConfig(fields: ConfigFields): ModelConfig {
  requireValues(fields, REQUIRED_VALUES);
  const embedDim = positiveInteger(fields, 'n_embd');
  const numHeads = positiveInteger(fields, 'n_head');
  if (numHeads % NUM_GROUPS !== 0) throw new UnsupportedModelError('n_head', `a multiple of ${NUM_GROUPS}`, numHeads);
  if (embedDim % (2 * numHeads) !== 0) {
    throw new UnsupportedModelError('n_embd', `a multiple of twice n_head (${numHeads})`, embedDim);
  }
  const headDim = embedDim / numHeads;
  const rotaryDim = positiveInteger(fields, 'rotary_dim');
  if (rotaryDim % 2 !== 0 || rotaryDim > headDim) {
    throw new UnsupportedModelError('rotary_dim', `even and at most n_embd / n_head (${headDim})`, rotaryDim);
  }
  const vocabSize = positiveInteger(fields, 'vocab_size');
  return {
    architecture: 'codegen',
    modelType: 'codegen',
    numLayers: positiveInteger(fields, 'n_layer'),
    embedDim,
    numHeads,
    numKeyValueHeads: numHeads,
    headDim,
    innerDim: positiveInteger(fields, 'n_inner', 4 * embedDim),
    vocabSize,
    maxPositions: positiveInteger(fields, 'n_positions'),
    normEpsilon: positiveNumber(fields, 'layer_norm_epsilon', 1e-5),
    rotary: { dims: rotaryDim, theta: 10000 },
    attentionBias: false,
    tiedHead: false,
    ...tokenIds(fields, vocabSize),
  };
}

/** A `config.json` that transformers loads as `CodeGenForCausalLM`. */
export function codegenConfigToJson(config: ModelConfig): Record<string, unknown> {
  return {
    architectures: ['CodeGenForCausalLM'],
    model_type: 'codegen',
    ...tokenIdFields(config),
    activation_function: 'gelu_new',
    attn_pdrop: 0,
    dtype: 'float32',
    embd_pdrop: 0,
    initializer_range: 0.02,
    layer_norm_epsilon: config.normEpsilon,
    n_ctx: config.maxPositions,
    n_embd: config.embedDim,
    n_head: config.numHeads,
    n_inner: config.innerDim,
    n_layer: config.numLayers,
    n_positions: config.maxPositions,
    resid_pdrop: 0,
    rotary_dim: config.rotary.dims,
    tie_word_embeddings: false,
    use_cache: true,
    vocab_size: config.vocabSize,
  };
}
