/** The shape of a CodeGen model, as its Hugging Face `config.json` gives it. */
export interface ModelConfig {
  readonly architecture: 'codegen';
  /** `n_layer` */
  readonly numLayers: number;
  /** `n_embd`, D: the width of the residual stream. */
  readonly embedDim: number;
  /** `n_head`, H: a multiple of 4, because the fused projection is stored in four groups of heads. */
  readonly numHeads: number;
  /** `rotary_dim`: how many leading dims of each query and key head are rotated; even, at most D / H. */
  readonly rotaryDim: number;
  /** `n_inner`, F: the width inside the MLP; 4 D where the file has null. */
  readonly innerDim: number;
  /** `vocab_size`, V */
  readonly vocabSize: number;
  /** `n_positions`: the longest sequence, in tokens. */
  readonly maxPositions: number;
  /** `layer_norm_epsilon` */
  readonly layerNormEpsilon: number;
  /** `bos_token_id` */
  readonly bosTokenId?: number;
  /** `eos_token_id` */
  readonly eosTokenId: number;
  /** `pad_token_id` */
  readonly padTokenId?: number;
}

/** Thrown for a model that this package cannot run as its configuration demands. */
export class UnsupportedModelError extends Error {
  override readonly name = 'UnsupportedModelError';
  /** The field of `config.json` that stands in the way. */
  readonly field: string;

  constructor(field: string, expectation: string, value: unknown) {
    super(`config.json: ${field} must be ${expectation}, got ${JSON.stringify(value) ?? 'nothing'}`);
    this.field = field;
  }
}

/** Settings that must have one value. `undefined` in the file means this value too, as in transformers' defaults. */
const REQUIRED_VALUES: readonly (readonly [field: string, value: unknown])[] = [
  ['activation_function', 'gelu_new'],
  ['tie_word_embeddings', false],
  ['scale_attn_weights', true],
  ['resid_pdrop', 0],
  ['embd_pdrop', 0],
  ['attn_pdrop', 0],
];

/**
 * Reads a Hugging Face `config.json` of a CodeGen model.
 * @param json the parsed file
 * @throws {UnsupportedModelError} naming the first field with a value that we cannot honour
 */
export function parseModelConfig(json: unknown): ModelConfig {
  if (typeof json !== 'object' || json === null) throw new UnsupportedModelError('(whole file)', 'an object', json);
  const fields = json as Readonly<Record<string, unknown>>;
  if (fields['model_type'] !== 'codegen') {
    throw new UnsupportedModelError('model_type', '"codegen"', fields['model_type']);
  }
  for (const [field, value] of REQUIRED_VALUES) {
    if (fields[field] !== undefined && fields[field] !== value) {
      throw new UnsupportedModelError(field, JSON.stringify(value), fields[field]);
    }
  }
  const embedDim = positiveInteger(fields, 'n_embd');
  const numHeads = positiveInteger(fields, 'n_head');
  if (numHeads % 4 !== 0) throw new UnsupportedModelError('n_head', 'a multiple of 4', numHeads);
  if (embedDim % (2 * numHeads) !== 0) {
    throw new UnsupportedModelError('n_embd', `a multiple of twice n_head (${numHeads})`, embedDim);
  }
  const rotaryDim = positiveInteger(fields, 'rotary_dim');
  if (rotaryDim % 2 !== 0 || rotaryDim > embedDim / numHeads) {
    throw new UnsupportedModelError(
      'rotary_dim',
      `even and at most n_embd / n_head (${embedDim / numHeads})`,
      rotaryDim,
    );
  }
  const epsilon = fields['layer_norm_epsilon'] ?? 1e-5;
  if (typeof epsilon !== 'number' || !(epsilon > 0)) {
    throw new UnsupportedModelError('layer_norm_epsilon', 'a positive number', epsilon);
  }
  const vocabSize = positiveInteger(fields, 'vocab_size');
  const bosTokenId = optionalTokenId(fields, 'bos_token_id', vocabSize);
  const padTokenId = optionalTokenId(fields, 'pad_token_id', vocabSize);
  const eosTokenId = optionalTokenId(fields, 'eos_token_id', vocabSize);
  if (eosTokenId === undefined) throw new UnsupportedModelError('eos_token_id', 'a token id', fields['eos_token_id']);
  return {
    architecture: 'codegen',
    numLayers: positiveInteger(fields, 'n_layer'),
    embedDim,
    numHeads,
    rotaryDim,
    innerDim: fields['n_inner'] == null ? 4 * embedDim : positiveInteger(fields, 'n_inner'),
    vocabSize,
    maxPositions: positiveInteger(fields, 'n_positions'),
    layerNormEpsilon: epsilon,
    eosTokenId,
    ...(bosTokenId === undefined ? {} : { bosTokenId }),
    ...(padTokenId === undefined ? {} : { padTokenId }),
  };
}

/** A `config.json` for this model that transformers loads as `CodeGenForCausalLM`. `parseModelConfig` reads it back. */
export function modelConfigToJson(config: ModelConfig): Record<string, unknown> {
  return {
    architectures: ['CodeGenForCausalLM'],
    model_type: 'codegen',
    activation_function: 'gelu_new',
    attn_pdrop: 0,
    bos_token_id: config.bosTokenId ?? null,
    dtype: 'float32',
    embd_pdrop: 0,
    eos_token_id: config.eosTokenId,
    initializer_range: 0.02,
    layer_norm_epsilon: config.layerNormEpsilon,
    n_ctx: config.maxPositions,
    n_embd: config.embedDim,
    n_head: config.numHeads,
    n_inner: config.innerDim,
    n_layer: config.numLayers,
    n_positions: config.maxPositions,
    pad_token_id: config.padTokenId ?? null,
    resid_pdrop: 0,
    rotary_dim: config.rotaryDim,
    tie_word_embeddings: false,
    use_cache: true,
    vocab_size: config.vocabSize,
  };
}

function positiveInteger(fields: Readonly<Record<string, unknown>>, field: string): number {
  const value = fields[field];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new UnsupportedModelError(field, 'a positive integer', value);
}

function optionalTokenId(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  vocabSize: number,
): number | undefined {
  const value = fields[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < vocabSize) return value;
  throw new UnsupportedModelError(field, `a token id below vocab_size (${vocabSize})`, value);
}
