import type { AttentionDims } from '../layers/causal-attention.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Tensor1D } from '../tf.ts';

/** Sizes of each attention layer of a model over a batch. @param ids int32 [B T] @param rows B */
export function attentionDims(config: ModelConfig, ids: Tensor1D, rows: number): AttentionDims {
  const { numHeads, headDim, rotary } = config;
  return { batch: rows, tokens: ids.size / rows, numHeads, headDim, rotary };
}
