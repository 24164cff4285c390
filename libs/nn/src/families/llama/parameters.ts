import type { ModelConfig } from '../../model-config.ts';
import { fusedBias, fusedLinear, linear, table, vector, type Parameter } from '../parameter.ts';

/**
 * Every parameter of a model of the Llama shape, in a fixed order. What the file holds as several arrays is one product
 * for us: `self_attn.qkv_proj` [D, (H + 2K) C], with whole heads in the order q, k, v, and `mlp.gate_up_proj` [D, 2F].
 * Rotary pairs are half a head apart in both.
 */
export function llamaParameters(config: ModelConfig): readonly Parameter[] {
  const { embedDim: D, innerDim: F, vocabSize: V, numHeads: H, numKeyValueHeads: K, headDim: C } = config;
  const blocks = Array.from({ length: config.numLayers }, (_, i) => `model.layers.${i}`);
  const qkv = (block: string, part: 'weight' | 'bias'): [string, number][] => [
    [`${block}.self_attn.q_proj.${part}`, H * C],
    [`${block}.self_attn.k_proj.${part}`, K * C],
    [`${block}.self_attn.v_proj.${part}`, K * C],
  ];
  return [
    table('model.embed_tokens.weight', V, D),
    ...blocks.flatMap((block) => [
      vector(`${block}.input_layernorm.weight`, D, 'one'),
      fusedLinear(`${block}.self_attn.qkv_proj.weight`, D, qkv(block, 'weight')),
      ...(config.attentionBias ? [fusedBias(`${block}.self_attn.qkv_proj.bias`, qkv(block, 'bias'))] : []),
      linear(`${block}.self_attn.o_proj.weight`, H * C, D, 'output'),
      vector(`${block}.post_attention_layernorm.weight`, D, 'one'),
      fusedLinear(`${block}.mlp.gate_up_proj.weight`, D, [
        [`${block}.mlp.gate_proj.weight`, F],
        [`${block}.mlp.up_proj.weight`, F],
      ]),
      linear(`${block}.mlp.down_proj.weight`, F, D, 'output'),
    ]),
    vector('model.norm.weight', D, 'one'),
    ...(config.tiedHead ? [] : [linear('lm_head.weight', D, V, 'matrix')]),
  ];
}

/**
 * Whether an array of this name is in files besides the weights: frequencies, which old ones store, and the head where
 * it is the embedding. Transformers reads over both too.
 */
export function isIgnoredByLlama(name: string, { tiedHead }: ModelConfig): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || (tiedHead && name === 'lm_head.weight');
}
