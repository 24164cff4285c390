import type { RotaryConfig } from './rotary-config.ts';

/**
 * The shape of a decoder-only language model, whatever its family: what `parseModelConfig` makes of a Hugging Face
 * `config.json`.
 */
export interface ModelConfig {
  /** The block's shape; see `families`. */
  readonly architecture: 'codegen' | 'llama';
  /** `model_type` of the file, such as `qwen2` for a model of the Llama shape; kept for writing the file back. */
  readonly modelType: string;
  readonly numLayers: number;
  /** D: the width of the residual stream. */
  readonly embedDim: number;
  /** H: query heads. */
  readonly numHeads: number;
  /** K: heads of keys and values. It divides H: each serves H / K neighbouring query heads. */
  readonly numKeyValueHeads: number;
  /** C: the width of a head; even. */
  readonly headDim: number;
  /** F: the width inside the MLP. */
  readonly innerDim: number;
  /** V */
  readonly vocabSize: number;
  /** The longest sequence, in tokens. */
  readonly maxPositions: number;
  /** Added to the variance (LayerNorm) or the mean square (RMSNorm). */
  readonly normEpsilon: number;
  readonly rotary: RotaryConfig;
  /** Whether the projections of queries, keys and values have biases. */
  readonly attentionBias: boolean;
  /** Whether the logits are products with the embedding table, so that no head is stored. */
  readonly tiedHead: boolean;
  readonly bosTokenId?: number;
  /** Ends a text; the first of `eosTokenIds` where there are several. */
  readonly eosTokenId: number;
  /** Present where the file has a list: every id that ends a text. */
  readonly eosTokenIds?: readonly number[];
  readonly padTokenId?: number;
}

/** Thrown for a model that this package cannot run as its configuration demands. */
export class UnsupportedModelError extends Error {
  override readonly name = 'UnsupportedModelError';
  /** The field of `config.json` that stands in the way. */
  readonly field: string;

  constructor(field: string, expectation: string, value: unknown) {
    super(`config.json: ${field} must be ${expectation}, got ${shownValue(value)}`);
    this.field = field;
  }
}

/** A value of a JSON file for a message: at most 200 characters, and no trouble with one that is nested without end. */
export function shownValue(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? 'nothing').slice(0, 200);
  } catch {
    return 'a value that is nested too deeply to show'; // JSON.parse goes deeper than JSON.stringify
  }
}
