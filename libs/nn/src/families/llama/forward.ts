import { causalAttention } from '../../layers/causal-attention.ts';
import { embedding } from '../../layers/embedding.ts';
import { linear, linearTransposed, linearWithBias } from '../../layers/linear.ts';
import { rmsNorm } from '../../layers/rms-norm.ts';
import { swiGlu } from '../../layers/swi-glu.ts';
import type { ModelConfig } from '../../model-config.ts';
import { tf, type Tensor1D, type Tensor2D } from '../../tf.ts';
import { modelAttention } from '../model-attention.ts';
import type { Forward, ModelTensors } from '../forward.ts';
import { runBlocks, type Block } from '../run-blocks.ts';

/**
 * The Llama shape: attention, then MLP, each behind its own RMSNorm; grouped keys and values, SwiGLU, no bias but
 * perhaps on queries, keys and values; the head may be the embedding table.
 * @see transformers' modeling_llama.py and modeling_qwen2.py
 */
export const llamaForward: Forward = (config, tensors, ids, rows, { packing, places, recompute } = {}) =>
  tf.tidy(() => {
    const attention = modelAttention(config, ids, rows, packing);
    const table = matrix(tensors, 'model.embed_tokens');
    const blocks = { tensors, prefix: 'model.layers', count: config.numLayers };
    const x = runBlocks(llamaBlock(config), embedding(table, ids), blocks, attention, recompute); // [N, D]
    const wanted = places === undefined ? x : embedding(x, places); // [M, D]
    const h = norm(wanted, tensors, 'model.norm', config); // [M, D]
    return config.tiedHead ? linearTransposed(h, table) : linear(h, matrix(tensors, 'lm_head')); // [M, V]
  });

const llamaBlock =
  (config: ModelConfig): Block =>
  (x, weights, attention) =>
    tf.tidy(() => {
      const qkv = queriesKeysValues(norm(x, weights, 'input_layernorm', config), weights, config); // [N, (H + 2K) C]
      const attended = linear(causalAttention(qkv, attention), matrix(weights, 'self_attn.o_proj')); // [N, D]
      const y: Tensor2D = tf.add(x, attended); // [N, D]
      const h = norm(y, weights, 'post_attention_layernorm', config); // [N, D]
      const inner = swiGlu(linear(h, matrix(weights, 'mlp.gate_up_proj'))); // [N, F]
      return tf.add(y, linear(inner, matrix(weights, 'mlp.down_proj'))); // [N, D]
    });

function queriesKeysValues(h: Tensor2D, weights: ModelTensors, { attentionBias }: ModelConfig): Tensor2D {
  const name = 'self_attn.qkv_proj';
  const weight = matrix(weights, name);
  return attentionBias ? linearWithBias(h, weight, weights[`${name}.bias`] as Tensor1D) : linear(h, weight);
}

function norm(x: Tensor2D, tensors: ModelTensors, name: string, { normEpsilon }: ModelConfig): Tensor2D {
  return rmsNorm(x, tensors[`${name}.weight`] as Tensor1D, normEpsilon);
}

function matrix(tensors: ModelTensors, name: string): Tensor2D {
  return tensors[`${name}.weight`] as Tensor2D;
}
