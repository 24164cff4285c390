import type { ModelConfig } from '../../model-config.ts';
import { linear, table, vector, type Parameter } from '../parameter.ts';
import { NUM_GROUPS } from './config.ts';

/** Buffers in old checkpoint files that hold masks, not weights. */
const MASK_BUFFER = /\.attn\.(causal_mask|bias|masked_bias)$/;

/** Whether an array of this name is in old files besides the weights. */
export function isMaskBuffer(name: string): boolean {
  return MASK_BUFFER.test(name);
}

/**
 * Every parameter of a CodeGen model, in a fixed order. Our fused projection of queries, keys and values has whole heads
 * in the order q, k, v; the file's has four groups of q, v, k.
 */
export function codegenParameters(config: ModelConfig): readonly Parameter[] {
  const { embedDim: D, innerDim: F, vocabSize: V } = config;
  const qkvRows = qkvFileRows(config);
  const blocks = Array.from({ length: config.numLayers }, (_, i) => `transformer.h.${i}`);
  return [
    table('transformer.wte.weight', V, D),
    ...blocks.flatMap((block) => [
      vector(`${block}.ln_1.weight`, D, 'one'),
      vector(`${block}.ln_1.bias`, D, 'zero'),
      { ...linear(`${block}.attn.qkv_proj.weight`, D, 3 * D, 'matrix'), fileRows: qkvRows },
      linear(`${block}.attn.out_proj.weight`, D, D, 'output'),
      linear(`${block}.mlp.fc_in.weight`, D, F, 'matrix'),
      vector(`${block}.mlp.fc_in.bias`, F, 'zero'),
      linear(`${block}.mlp.fc_out.weight`, F, D, 'output'),
      vector(`${block}.mlp.fc_out.bias`, D, 'zero'),
    ]),
    vector('transformer.ln_f.weight', D, 'one'),
    vector('transformer.ln_f.bias', D, 'zero'),
    linear('lm_head.weight', D, V, 'matrix'),
    vector('lm_head.bias', V, 'zero'),
  ];
}

/**
 * For each column of our q, k, v projection, the row of the file's. Inside a query or key head the file rotates pairs
 * of neighbours (2i, 2i + 1); we keep the first of each pair in the head's first half and the second in its second half,
 * so that rotation works on halves. Scores are sums over a head's dims, so a permutation shared by q and k changes nothing.
 */
function qkvFileRows({ embedDim: D, numHeads: H, headDim, rotary }: ModelConfig): Int32Array {
  const headsPerGroup = H / NUM_GROUPS;
  const rows = new Int32Array(3 * D);
  const fileOrder = { q: 0, v: 1, k: 2 };
  for (const [part, name] of (['q', 'k', 'v'] as const).entries()) {
    for (let head = 0; head < H; head++) {
      const group = Math.floor(head / headsPerGroup);
      const start = ((group * 3 + fileOrder[name]) * headsPerGroup + (head % headsPerGroup)) * headDim;
      for (let dim = 0; dim < headDim; dim++) {
        const ours = name === 'v' ? dim : halvesPosition(dim, headDim, rotary.dims);
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
