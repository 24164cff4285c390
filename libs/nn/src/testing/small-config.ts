import { parseModelConfig } from '../families/model-families.ts';
import type { ModelConfig } from '../model-config.ts';

/** The sizes that a test chooses; what it leaves out follows from these. */
export interface SmallSizes {
  readonly numLayers: number;
  readonly embedDim: number;
  readonly numHeads: number;
  readonly innerDim: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  /** How many dims of a head are rotated. Default: all. */
  readonly rotaryDims?: number;
}

/** A CodeGen model of these sizes. Id 0 ends a text. */
export function smallCodegen(sizes: SmallSizes): ModelConfig {
  const { numLayers, embedDim, numHeads, innerDim, vocabSize, maxPositions, rotaryDims } = sizes;
  return parseModelConfig({
    model_type: 'codegen',
    n_layer: numLayers,
    n_embd: embedDim,
    n_head: numHeads,
    rotary_dim: rotaryDims ?? embedDim / numHeads,
    n_inner: innerDim,
    vocab_size: vocabSize,
    n_positions: maxPositions,
    eos_token_id: 0,
  });
}
