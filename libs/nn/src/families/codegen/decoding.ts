import { biasAdd, matMul2d } from '../../kernels.ts';
import { gelu } from '../../layers/gelu.ts';
import type { NamedArray } from '../../named-array.ts';
import { tf, type Tensor2D } from '../../tf.ts';
import { fusedInputs, rootMeanSquareNorm, type DecodeFamily } from '../../decode/decode-block.ts';
import { normFolded, scaleColumns, sideBySide, withoutRowMeans } from '../../decode/folding.ts';

/**
 * CodeGen: attention and MLP side by side behind one LayerNorm.
 *
 * - The residual stream only ever meets a LayerNorm, which subtracts the mean over D. So whatever is written to the
 *   stream may have its mean subtracted beforehand (embedding rows, columns of the output projections), and what is
 *   left of LayerNorm is division by the root mean square.
 * - LayerNorm's scale and bias move into the matrix that follows, and 1/√C into its query columns.
 * - Queries, keys, values and the MLP's inner layer are one product, `in.i` [D, 3D + F] with `inBias.i`; attention and
 *   MLP outputs another, `out.i` [D + F, D] with `outBias.i`.
 */
export const codegenDecoding: DecodeFamily = {
  *fold({ embedDim: D, innerDim: F, vocabSize: V, headDim, numLayers }, read): Iterable<[string, NamedArray]> {
    yield ['embedding', { shape: [V, D], data: withoutRowMeans(read('transformer.wte.weight'), D) }];
    for (let i = 0; i < numLayers; i++) {
      const name = (part: string): string => `transformer.h.${i}.${part}`;
      const scale = read(name('ln_1.weight'));
      const shift = read(name('ln_1.bias'));
      const qkv = normFolded(read(name('attn.qkv_proj.weight')), new Float32Array(3 * D), scale, shift);
      scaleColumns(qkv, D, 1 / Math.sqrt(headDim));
      const inner = normFolded(read(name('mlp.fc_in.weight')), read(name('mlp.fc_in.bias')), scale, shift);
      yield [`in.${i}`, { shape: [D, 3 * D + F], data: sideBySide(D, qkv.matrix, inner.matrix) }];
      yield [`inBias.${i}`, { shape: [3 * D + F], data: sideBySide(1, qkv.bias, inner.bias) }];
      const attention = withoutRowMeans(read(name('attn.out_proj.weight')), D);
      const mlp = withoutRowMeans(read(name('mlp.fc_out.weight')), D);
      yield [`out.${i}`, { shape: [D + F, D], data: sideBySide(1, attention, mlp) }];
      yield [`outBias.${i}`, { shape: [D], data: withoutRowMeans(read(name('mlp.fc_out.bias')), D) }];
    }
    const final = [read('transformer.ln_f.weight'), read('transformer.ln_f.bias')] as const;
    const head = normFolded(read('lm_head.weight'), read('lm_head.bias'), ...final);
    yield ['head', { shape: [D, V], data: head.matrix }];
    yield ['headBias', { shape: [V], data: head.bias }];
  },

  inputs(x, layer, tensors, config, tables) {
    const h = rootMeanSquareNorm(x, config.normEpsilon);
    return fusedInputs(h, layer, tensors, config, tables, config.innerDim);
  },

  output(x, attended, inner, layer, tensors) {
    const both = tf.concat([attended, gelu(inner!)], 1); // [N, D + F]
    return tf.add(x, biasAdd(matMul2d(both, tensors[`out.${layer}`]!), tensors[`outBias.${layer}`]!)) as Tensor2D;
  },
};
