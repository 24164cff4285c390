import type { ModelConfig } from '../model-config.ts';
import { InvalidWeightsError, requireArray, type NamedArray, type NamedArrays } from '../named-array.ts';

/**
 * One trained array of a CodeGen model. Our tensors hold linear weights as [in, out], and the fused query, key, value
 * projection in the order q, k, v with whole heads in a row; Hugging Face holds [out, in], and the projection in four
 * groups of q, v, k.
 */
export interface Parameter {
  /** The Hugging Face name. */
  readonly name: string;
  /** Shape in the file. */
  readonly fileShape: readonly number[];
  /** Shape of our tensor. */
  readonly shape: readonly number[];
  /** For each column of our [in, out] tensor the row of the file's [out, in] array; undefined for arrays stored alike. */
  readonly fileRows?: Int32Array;
  /** AdamW decays matrices, and leaves biases and LayerNorms alone. */
  readonly decayed: boolean;
}

/** Buffers in old checkpoint files that hold masks, not weights. */
const IGNORED = /\.attn\.(causal_mask|bias|masked_bias)$/;

/** How many groups of heads the fused projection is stored in (`mp_num` in transformers' modeling_codegen.py). */
const NUM_GROUPS = 4;

/** Every parameter of the model, in a fixed order. */
export function codegenParameters(config: ModelConfig): readonly Parameter[] {
  const { embedDim: D, innerDim: F, vocabSize: V } = config;
  const qkvRows = qkvFileRows(config);
  const blocks = Array.from({ length: config.numLayers }, (_, i) => `transformer.h.${i}`);
  return [
    { name: 'transformer.wte.weight', fileShape: [V, D], shape: [V, D], decayed: true },
    ...blocks.flatMap((block) => [
      vector(`${block}.ln_1.weight`, D),
      vector(`${block}.ln_1.bias`, D),
      { ...linear(`${block}.attn.qkv_proj.weight`, D, 3 * D), fileRows: qkvRows },
      linear(`${block}.attn.out_proj.weight`, D, D),
      linear(`${block}.mlp.fc_in.weight`, D, F),
      vector(`${block}.mlp.fc_in.bias`, F),
      linear(`${block}.mlp.fc_out.weight`, F, D),
      vector(`${block}.mlp.fc_out.bias`, D),
    ]),
    vector('transformer.ln_f.weight', D),
    vector('transformer.ln_f.bias', D),
    linear('lm_head.weight', D, V),
    vector('lm_head.bias', V),
  ];
}

/**
 * Refuses names that are neither parameters nor old mask buffers: a weight that we would leave out is an error.
 * @throws {InvalidWeightsError} naming the array
 */
export function checkNames(parameters: readonly Parameter[], weights: NamedArrays): void {
  const known = new Set(parameters.map((parameter) => parameter.name));
  for (const name of weights.keys()) {
    if (!known.has(name) && !IGNORED.test(name)) throw new InvalidWeightsError(`${name} is not a weight of this model`);
  }
}

/**
 * A parameter's numbers in our layout.
 * @param prefix of the array's name, such as `m.` for optimizer state
 * @throws {InvalidWeightsError} when it is missing or has another shape than the file should have
 */
export function fromFile(parameter: Parameter, weights: NamedArrays, prefix = ''): Float32Array {
  const data = requireArray(weights, prefix + parameter.name, parameter.fileShape);
  if (parameter.fileRows === undefined) return data;
  const [rows, columns] = parameter.shape as [number, number];
  const result = new Float32Array(data.length);
  for (let column = 0; column < columns; column++) {
    const start = parameter.fileRows[column]! * rows;
    for (let row = 0; row < rows; row++) result[row * columns + column] = data[start + row]!;
  }
  return result;
}

/** The inverse of `fromFile`: a new array with the numbers in the file's layout. */
export function toFile(parameter: Parameter, data: Float32Array): NamedArray {
  if (parameter.fileRows === undefined) return { shape: parameter.fileShape, data: data.slice() };
  const [rows, columns] = parameter.shape as [number, number];
  const result = new Float32Array(data.length);
  for (let column = 0; column < columns; column++) {
    const start = parameter.fileRows[column]! * rows;
    for (let row = 0; row < rows; row++) result[start + row] = data[row * columns + column]!;
  }
  return { shape: parameter.fileShape, data: result };
}

function vector(name: string, size: number): Parameter {
  return { name, fileShape: [size], shape: [size], decayed: false };
}

function linear(name: string, inDim: number, outDim: number): Parameter {
  const fileRows = Int32Array.from({ length: outDim }, (_, i) => i);
  return { name, fileShape: [outDim, inDim], shape: [inDim, outDim], fileRows, decayed: true };
}

/**
 * For each column of our q, k, v projection, the row of the file's. Inside a query or key head the file rotates pairs
 * of neighbours (2i, 2i + 1); we keep the first of each pair in the head's first half and the second in its second half,
 * so that rotation works on halves. Scores are sums over a head's dims, so a permutation shared by q and k changes nothing.
 */
function qkvFileRows({ embedDim: D, numHeads: H, rotaryDim }: ModelConfig): Int32Array {
  const headDim = D / H;
  const headsPerGroup = H / NUM_GROUPS;
  const rows = new Int32Array(3 * D);
  const fileOrder = { q: 0, v: 1, k: 2 };
  for (const [part, name] of (['q', 'k', 'v'] as const).entries()) {
    for (let head = 0; head < H; head++) {
      const group = Math.floor(head / headsPerGroup);
      const start = ((group * 3 + fileOrder[name]) * headsPerGroup + (head % headsPerGroup)) * headDim;
      for (let dim = 0; dim < headDim; dim++) {
        const ours = name === 'v' ? dim : halvesPosition(dim, headDim, rotaryDim);
        rows[part * D + head * headDim + ours] = start + dim;
      }
    }
  }
  return rows;
}

/** Where a query or key dim goes when pairs are pulled apart; dims beyond `rotaryDim` fill what is left of the halves. */
function halvesPosition(dim: number, headDim: number, rotaryDim: number): number {
  if (dim < rotaryDim) return (dim >> 1) + (dim % 2) * (headDim / 2);
  const rest = dim - rotaryDim;
  const restPerHalf = (headDim - rotaryDim) / 2;
  return rest < restPerHalf ? rotaryDim / 2 + rest : headDim / 2 + rotaryDim / 2 + (rest - restPerHalf);
}
