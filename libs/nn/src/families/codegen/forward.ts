import { causalAttention } from '../../layers/causal-attention.ts';
import { embedding } from '../../layers/embedding.ts';
import { gelu } from '../../layers/gelu.ts';
import { layerNorm } from '../../layers/layer-norm.ts';
import { linear, linearWithBias } from '../../layers/linear.ts';
import { modelAttention } from '../model-attention.ts';
import type { Forward } from '../forward.ts';
import { tf, type Tensor1D, type Tensor2D } from '../../tf.ts';

/**
 * CodeGen: one LayerNorm per block feeds attention and MLP side by side; the head is untied and has a bias.
 * @see transformers' modeling_codegen.py
 */
export const codegenForward: Forward = (config, tensors, ids, rows, packing) => {
  const matrix = (name: string): Tensor2D => tensors[name] as Tensor2D;
  const vector = (name: string): Tensor1D => tensors[name] as Tensor1D;
  const norm = (x: Tensor2D, name: string): Tensor2D =>
    layerNorm(x, vector(`${name}.weight`), vector(`${name}.bias`), config.normEpsilon);
  const affine = (x: Tensor2D, name: string): Tensor2D =>
    linearWithBias(x, matrix(`${name}.weight`), vector(`${name}.bias`));
  return tf.tidy(() => {
    const attention = modelAttention(config, ids, rows, packing);
    let x = embedding(matrix('transformer.wte.weight'), ids); // [N, D]
    for (let i = 0; i < config.numLayers; i++) {
      const block = `transformer.h.${i}`;
      const h = norm(x, `${block}.ln_1`); // [N, D]
      const qkv = linear(h, matrix(`${block}.attn.qkv_proj.weight`)); // [N, 3D]
      const attended = linear(causalAttention(qkv, attention), matrix(`${block}.attn.out_proj.weight`)); // [N, D]
      const mlp = affine(gelu(affine(h, `${block}.mlp.fc_in`)), `${block}.mlp.fc_out`); // [N, F], then [N, D]
      x = tf.addN([x, attended, mlp]); // [N, D]
    }
    return affine(norm(x, 'transformer.ln_f'), 'lm_head'); // [N, V]
  });
};
