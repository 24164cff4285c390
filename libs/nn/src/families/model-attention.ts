import { attentionPlan, type AttentionPlan, type Packing } from '../layers/attention-plan.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Tensor1D } from '../tf.ts';

/** What the attention layers of a model share over a batch. @param ids int32 [B T] @param rows B */
export function modelAttention(config: ModelConfig, ids: Tensor1D, rows: number, packing?: Packing): AttentionPlan {
  const { numHeads, numKeyValueHeads, headDim, rotary } = config;
  return attentionPlan({ batch: rows, tokens: ids.size / rows, numHeads, numKeyValueHeads, headDim, rotary }, packing);
}
