import { causalAttention } from '../../layers/causal-attention.ts';
import { embedding } from '../../layers/embedding.ts';
import { gelu } from '../../layers/gelu.ts';
import { layerNorm } from '../../layers/layer-norm.ts';
import { linear, linearWithBias } from '../../layers/linear.ts';
import { modelAttention } from '../model-attention.ts';
import type { Forward, ModelTensors } from '../forward.ts';
import { runBlocks, type Block } from '../run-blocks.ts';
import { tf, type Tensor1D, type Tensor2D } from '../../tf.ts';

/**
 * CodeGen: one LayerNorm per block feeds attention and MLP side by side; the head is untied and has a bias.
 * @see transformers' modeling_codegen.py
 */
export const codegenForward: Forward = (config, tensors, ids, rows, { packing, places, recompute } = {}) =>
  tf.tidy(() => {
    const attention = modelAttention(config, ids, rows, packing);
    const embedded = embedding(tensors['transformer.wte.weight'] as Tensor2D, ids); // [N, D]
    const blocks = { tensors, prefix: 'transformer.h', count: config.numLayers };
    const x = runBlocks(codegenBlock(config.normEpsilon), embedded, blocks, attention, recompute); // [N, D]
    const wanted = places === undefined ? x : embedding(x, places); // [M, D]
    return affine(norm(wanted, tensors, 'transformer.ln_f', config.normEpsilon), tensors, 'lm_head'); // [M, V]
  });

const codegenBlock =
  (epsilon: number): Block =>
  (x, weights, attention) =>
    tf.tidy(() => {
      const h = norm(x, weights, 'ln_1', epsilon); // [N, D]
      const qkv = linear(h, weights['attn.qkv_proj.weight'] as Tensor2D); // [N, 3D]
      const attended = linear(causalAttention(qkv, attention), weights['attn.out_proj.weight'] as Tensor2D); // [N, D]
      const mlp = affine(gelu(affine(h, weights, 'mlp.fc_in')), weights, 'mlp.fc_out'); // [N, F], then [N, D]
      return tf.addN([x, attended, mlp]) as Tensor2D; // [N, D]
    });

function norm(x: Tensor2D, tensors: ModelTensors, name: string, epsilon: number): Tensor2D {
  return layerNorm(x, tensors[`${name}.weight`] as Tensor1D, tensors[`${name}.bias`] as Tensor1D, epsilon);
}

function affine(x: Tensor2D, tensors: ModelTensors, name: string): Tensor2D {
  return linearWithBias(x, tensors[`${name}.weight`] as Tensor2D, tensors[`${name}.bias`] as Tensor1D);
}
