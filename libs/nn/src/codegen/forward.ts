import { causalAttention } from '../layers/causal-attention.ts';
import { embedding } from '../layers/embedding.ts';
import { gelu } from '../layers/gelu.ts';
import { layerNorm } from '../layers/layer-norm.ts';
import { linear, linearWithBias } from '../layers/linear.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';

/** Weights of one block, in the shapes of `codegenParameters`. */
export interface BlockWeights {
  readonly lnScale: Tensor1D;
  readonly lnBias: Tensor1D;
  /** [D, 3D]: queries, keys, values */
  readonly qkv: Tensor2D;
  /** [D, D] */
  readonly attentionOut: Tensor2D;
  /** [D, F] */
  readonly mlpIn: Tensor2D;
  readonly mlpInBias: Tensor1D;
  /** [F, D] */
  readonly mlpOut: Tensor2D;
  readonly mlpOutBias: Tensor1D;
}

/** All weights of a CodeGen model. */
export interface CodeGenWeights {
  /** [V, D] */
  readonly embedding: Tensor2D;
  readonly blocks: readonly BlockWeights[];
  readonly finalScale: Tensor1D;
  readonly finalBias: Tensor1D;
  /** [D, V] */
  readonly head: Tensor2D;
  readonly headBias: Tensor1D;
}

/** Sorts tensors by Hugging Face name into the model's places. Borrows them; every name of the model must be there. */
export function codegenWeights(config: ModelConfig, tensors: Readonly<Record<string, Tensor>>): CodeGenWeights {
  const vector = (name: string): Tensor1D => tensors[name] as Tensor1D;
  const matrix = (name: string): Tensor2D => tensors[name] as Tensor2D;
  return {
    embedding: matrix('transformer.wte.weight'),
    blocks: Array.from({ length: config.numLayers }, (_, i) => ({
      lnScale: vector(`transformer.h.${i}.ln_1.weight`),
      lnBias: vector(`transformer.h.${i}.ln_1.bias`),
      qkv: matrix(`transformer.h.${i}.attn.qkv_proj.weight`),
      attentionOut: matrix(`transformer.h.${i}.attn.out_proj.weight`),
      mlpIn: matrix(`transformer.h.${i}.mlp.fc_in.weight`),
      mlpInBias: vector(`transformer.h.${i}.mlp.fc_in.bias`),
      mlpOut: matrix(`transformer.h.${i}.mlp.fc_out.weight`),
      mlpOutBias: vector(`transformer.h.${i}.mlp.fc_out.bias`),
    })),
    finalScale: vector('transformer.ln_f.weight'),
    finalBias: vector('transformer.ln_f.bias'),
    head: matrix('lm_head.weight'),
    headBias: vector('lm_head.bias'),
  };
}

/**
 * Logits of every position of whole sequences. One LayerNorm per block feeds attention and MLP side by side.
 * @param ids int32 [B T], row after row; sequences start at position 0 and are padded on the right with any id
 * @param batch B; T follows
 * @returns float32 [B T, V]; the caller disposes it
 * @see transformers' modeling_codegen.py
 */
export function codegenForward(config: ModelConfig, weights: CodeGenWeights, ids: Tensor1D, batch: number): Tensor2D {
  const { embedDim, numHeads, rotaryDim, layerNormEpsilon: epsilon } = config;
  const dims = { batch, tokens: ids.size / batch, numHeads, headDim: embedDim / numHeads, rotaryDim };
  return tf.tidy(() => {
    let x = embedding(weights.embedding, ids); // [N, D]
    for (const block of weights.blocks) {
      const h = layerNorm(x, block.lnScale, block.lnBias, epsilon); // [N, D]
      const attended = causalAttention(linear(h, block.qkv), dims); // [N, D]
      const inner = gelu(linearWithBias(h, block.mlpIn, block.mlpInBias)); // [N, F]
      const mlp = linearWithBias(inner, block.mlpOut, block.mlpOutBias); // [N, D]
      x = tf.addN([x, linear(attended, block.attentionOut), mlp]); // [N, D]
    }
    const h = layerNorm(x, weights.finalScale, weights.finalBias, epsilon); // [N, D]
    return linearWithBias(h, weights.head, weights.headBias); // [N, V]
  });
}
