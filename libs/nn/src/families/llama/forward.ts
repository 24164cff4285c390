import { causalAttention } from '../../layers/causal-attention.ts';
import { embedding } from '../../layers/embedding.ts';
import { linear, linearTransposed, linearWithBias } from '../../layers/linear.ts';
import { rmsNorm } from '../../layers/rms-norm.ts';
import { swiGlu } from '../../layers/swi-glu.ts';
import { tf, type Tensor1D, type Tensor2D } from '../../tf.ts';
import { modelAttention } from '../model-attention.ts';
import type { Forward } from '../forward.ts';

/**
 * The Llama shape: attention, then MLP, each behind its own RMSNorm; grouped keys and values, SwiGLU, no bias but
 * perhaps on queries, keys and values; the head may be the embedding table.
 * @see transformers' modeling_llama.py and modeling_qwen2.py
 */
export const llamaForward: Forward = (config, tensors, ids, rows, packing) => {
  const { attentionBias, tiedHead, normEpsilon } = config;
  const matrix = (name: string): Tensor2D => tensors[`${name}.weight`] as Tensor2D;
  const norm = (x: Tensor2D, name: string): Tensor2D => rmsNorm(x, tensors[`${name}.weight`] as Tensor1D, normEpsilon);
  const qkvOf = (x: Tensor2D, name: string): Tensor2D =>
    attentionBias ? linearWithBias(x, matrix(name), tensors[`${name}.bias`] as Tensor1D) : linear(x, matrix(name));
  return tf.tidy(() => {
    const attention = modelAttention(config, ids, rows, packing);
    let x = embedding(matrix('model.embed_tokens'), ids); // [N, D]
    for (let i = 0; i < config.numLayers; i++) {
      const block = `model.layers.${i}`;
      const qkv = qkvOf(norm(x, `${block}.input_layernorm`), `${block}.self_attn.qkv_proj`); // [N, (H + 2K) C]
      x = tf.add(x, linear(causalAttention(qkv, attention), matrix(`${block}.self_attn.o_proj`))); // [N, D]
      const h = norm(x, `${block}.post_attention_layernorm`); // [N, D]
      const inner = swiGlu(linear(h, matrix(`${block}.mlp.gate_up_proj`))); // [N, F]
      x = tf.add(x, linear(inner, matrix(`${block}.mlp.down_proj`))); // [N, D]
    }
    const h = norm(x, 'model.norm'); // [N, D]
    return tiedHead ? linearTransposed(h, matrix('model.embed_tokens')) : linear(h, matrix('lm_head')); // [N, V]
  });
};
