import { matMul2d } from '../../kernels.ts';
import type { NamedArray } from '../../named-array.ts';
import { tf, type Tensor2D } from '../../tf.ts';
import { fusedInputs, rootMeanSquareNorm, type DecodeFamily } from '../../decode/decode-block.ts';
import { normFolded, scaleColumns, transposed } from '../../decode/folding.ts';

/**
 * The Llama shape: attention, then MLP, each behind an RMSNorm.
 *
 * - RMSNorm's scale moves into the matrix that follows, and 1/√C into its query columns. A tied head is an array of its
 *   own here, because the last norm's scale is in it.
 * - Queries, keys and values are one product, `in.i` [D, (H + 2K) C] with `inBias.i`; the MLP's gate and inner layer
 *   another, `gateUp.i` [D, 2F]. `out.i` [H C, D] and `down.i` [F, D] write to the stream.
 */
export const llamaDecoding: DecodeFamily = {
  *fold(config, read): Iterable<[string, NamedArray]> {
    const { embedDim: D, innerDim: F, vocabSize: V, headDim: C, numHeads: H, numKeyValueHeads: K } = config;
    const qkvSize = (H + 2 * K) * C;
    yield ['embedding', { shape: [V, D], data: read('model.embed_tokens.weight') }];
    for (let i = 0; i < config.numLayers; i++) {
      const name = (part: string): string => `model.layers.${i}.${part}`;
      const bias = config.attentionBias ? read(name('self_attn.qkv_proj.bias')) : new Float32Array(qkvSize);
      const qkv = normFolded(read(name('self_attn.qkv_proj.weight')), bias, read(name('input_layernorm.weight')));
      scaleColumns(qkv, H * C, 1 / Math.sqrt(C));
      yield [`in.${i}`, { shape: [D, qkvSize], data: qkv.matrix }];
      yield [`inBias.${i}`, { shape: [qkvSize], data: qkv.bias }];
      yield [`out.${i}`, { shape: [H * C, D], data: read(name('self_attn.o_proj.weight')) }];
      const none = new Float32Array(2 * F);
      const norm = read(name('post_attention_layernorm.weight'));
      const gateUp = normFolded(read(name('mlp.gate_up_proj.weight')), none, norm).matrix;
      yield [`gateUp.${i}`, { shape: [D, 2 * F], data: gateUp }];
      yield [`down.${i}`, { shape: [F, D], data: read(name('mlp.down_proj.weight')) }];
    }
    const matrix = config.tiedHead ? transposed(read('model.embed_tokens.weight'), V) : read('lm_head.weight');
    const head = normFolded(matrix, new Float32Array(V), read('model.norm.weight'));
    yield ['head', { shape: [D, V], data: head.matrix }];
    yield ['headBias', { shape: [V], data: head.bias }];
  },

  inputs(x, layer, tensors, config, tables) {
    return fusedInputs(rootMeanSquareNorm(x, config.normEpsilon), layer, tensors, config, tables, 0);
  },

  output(x, attended, _rest, layer, tensors, { normEpsilon, innerDim: F }) {
    const stream = tf.add(x, matMul2d(attended, tensors[`out.${layer}`]!)) as Tensor2D; // [N, D]
    const gateUp = matMul2d(rootMeanSquareNorm(stream, normEpsilon), tensors[`gateUp.${layer}`]!); // [N, 2F]
    const [gate, up] = tf.split(gateUp, [F, F], 1) as [Tensor2D, Tensor2D];
    const inner = tf.mul(tf.mul(gate, tf.sigmoid(gate)), up); // [N, F]
    return tf.add(stream, matMul2d(inner, tensors[`down.${layer}`]!)) as Tensor2D;
  },
};
