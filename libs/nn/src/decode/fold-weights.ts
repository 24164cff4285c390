import { parametersOf } from '../families/index.ts';
import { fromFile } from '../families/parameter.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArray, NamedArrays } from '../named-array.ts';
import { blockSizeOf } from './inverse-cdf.ts';

/** Bias of the logits that pad the vocabulary: finite, and no probability is left of it. */
const PADDING_BIAS = -1e30;

/**
 * Rewrites the weights of a CodeGen model for decoding: fewer and larger kernels, the same logits but for rounding.
 *
 * - The residual stream only ever meets a LayerNorm, which subtracts the mean over D. So whatever is written to the
 *   stream may have its mean subtracted beforehand (embedding rows, columns of the output projections), and what is
 *   left of LayerNorm is division by the root mean square.
 * - LayerNorm's scale and bias move into the matrix that follows, and 1/√headDim into its query columns.
 * - Queries, keys, values and the MLP's inner layer are one product, `in`; attention and MLP outputs another, `out`.
 * - The vocabulary is padded with impossible tokens to a multiple of `blockSizeOf`.
 *
 * @returns by name: `embedding` [V, D]; per block i `in.i` [D, 3D + F], `inBias.i` [3D + F], `out.i` [D + F, D],
 *   `outBias.i` [D]; `head` [D, Vp], `headBias` [Vp]
 * @throws {InvalidWeightsError} if a weight is missing or has another shape
 */
export function foldWeights(config: ModelConfig, weights: NamedArrays): Map<string, NamedArray> {
  const { embedDim: D, innerDim: F, vocabSize: V, numHeads } = config;
  const parameters = new Map(parametersOf(config).map((parameter) => [parameter.name, parameter]));
  const read = (name: string): Float32Array => fromFile(parameters.get(name)!, weights);
  const folded = new Map<string, NamedArray>();

  folded.set('embedding', { shape: [V, D], data: withoutRowMeans(read('transformer.wte.weight'), D) });
  for (let i = 0; i < config.numLayers; i++) {
    const name = (part: string): string => `transformer.h.${i}.${part}`;
    const scale = read(name('ln_1.weight'));
    const shift = read(name('ln_1.bias'));
    const qkv = normFolded(read(name('attn.qkv_proj.weight')), new Float32Array(3 * D), scale, shift);
    scaleColumns(qkv, D, 1 / Math.sqrt(D / numHeads));
    const inner = normFolded(read(name('mlp.fc_in.weight')), read(name('mlp.fc_in.bias')), scale, shift);
    folded.set(`in.${i}`, { shape: [D, 3 * D + F], data: sideBySide(D, qkv.matrix, inner.matrix) });
    folded.set(`inBias.${i}`, { shape: [3 * D + F], data: sideBySide(1, qkv.bias, inner.bias) });
    const attention = withoutRowMeans(read(name('attn.out_proj.weight')), D);
    const mlp = withoutRowMeans(read(name('mlp.fc_out.weight')), D);
    folded.set(`out.${i}`, { shape: [D + F, D], data: sideBySide(1, attention, mlp) });
    folded.set(`outBias.${i}`, { shape: [D], data: withoutRowMeans(read(name('mlp.fc_out.bias')), D) });
  }
  const head = normFolded(
    read('lm_head.weight'),
    read('lm_head.bias'),
    read('transformer.ln_f.weight'),
    read('transformer.ln_f.bias'),
  );
  const padding = paddedVocabSize(V) - V;
  folded.set('head', { shape: [D, V + padding], data: sideBySide(D, head.matrix, new Float32Array(D * padding)) });
  const headBias = sideBySide(1, head.bias, new Float32Array(padding).fill(PADDING_BIAS));
  folded.set('headBias', { shape: [V + padding], data: headBias });
  return folded;
}

/** V rounded up to whole blocks of the inverse of the distribution function. */
export function paddedVocabSize(vocabSize: number): number {
  const size = blockSizeOf(vocabSize);
  return Math.ceil(vocabSize / size) * size;
}

/** Each row of `width` numbers minus its mean. */
function withoutRowMeans(data: Float32Array, width: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += data[start + i]!;
    for (let i = 0; i < width; i++) result[start + i] = data[start + i]! - sum / width;
  }
  return result;
}

interface Linear {
  /** [in, out] */
  readonly matrix: Float32Array;
  /** [out] */
  readonly bias: Float32Array;
}

/** (x · scale + shift) W + b as x W' + b'. */
function normFolded(matrix: Float32Array, bias: Float32Array, scale: Float32Array, shift: Float32Array): Linear {
  const width = bias.length;
  const foldedMatrix = new Float32Array(matrix.length);
  const foldedBias = Float64Array.from(bias);
  for (let row = 0; row < scale.length; row++) {
    for (let column = 0; column < width; column++) {
      const weight = matrix[row * width + column]!;
      foldedMatrix[row * width + column] = weight * scale[row]!;
      foldedBias[column]! += weight * shift[row]!;
    }
  }
  return { matrix: foldedMatrix, bias: Float32Array.from(foldedBias) };
}

/** Multiplies the first `count` outputs by `factor`, in place. */
function scaleColumns({ matrix, bias }: Linear, count: number, factor: number): void {
  for (let start = 0; start < matrix.length; start += bias.length) {
    for (let column = 0; column < count; column++) matrix[start + column]! *= factor;
  }
  for (let column = 0; column < count; column++) bias[column]! *= factor;
}

/** Two row-major matrices of the same number of rows, joined row by row; with one row, end to end. */
function sideBySide(rows: number, left: Float32Array, right: Float32Array): Float32Array {
  const leftWidth = left.length / rows;
  const rightWidth = right.length / rows;
  const joined = new Float32Array(left.length + right.length);
  for (let row = 0; row < rows; row++) {
    const start = row * (leftWidth + rightWidth);
    joined.set(left.subarray(row * leftWidth, (row + 1) * leftWidth), start);
    joined.set(right.subarray(row * rightWidth, (row + 1) * rightWidth), start + leftWidth);
  }
  return joined;
}
