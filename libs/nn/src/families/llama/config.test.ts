import { describe, expect, test } from 'vitest';
import { UnsupportedModelError } from '../../model-config.ts';
import { GOLDEN_MODELS, goldenJson } from '../../testing/golden.ts';
import { modelConfigToJson, parseModelConfig } from '../model-families.ts';

type Fields = Record<string, unknown>;

const llama = goldenJson<Fields>('llama-tiny/config.json');
const qwen2 = goldenJson<Fields>('qwen2-tiny/config.json');

/** Qwen/Qwen2.5-Coder-1.5B, as its file was written by transformers 4. */
const QWEN_CODER: Fields = {
  architectures: ['Qwen2ForCausalLM'], attention_dropout: 0.0, bos_token_id: 151643, eos_token_id: 151643,
  hidden_act: 'silu', hidden_size: 1536, initializer_range: 0.02, intermediate_size: 8960,
  max_position_embeddings: 32768, max_window_layers: 28, model_type: 'qwen2', num_attention_heads: 12,
  num_hidden_layers: 28, num_key_value_heads: 2, rms_norm_eps: 1e-6, rope_theta: 1000000.0, sliding_window: null,
  tie_word_embeddings: true, torch_dtype: 'bfloat16', transformers_version: '4.45.0.dev0', use_cache: true,
  use_mrope: false, use_sliding_window: false, vocab_size: 151936,
}; // prettier-ignore

/** deepseek-ai/deepseek-coder-1.3b-base. */
const DEEPSEEK_CODER: Fields = {
  architectures: ['LlamaForCausalLM'], bos_token_id: 32013, eos_token_id: 32014, hidden_act: 'silu',
  hidden_size: 2048, initializer_range: 0.02, intermediate_size: 5504, max_position_embeddings: 16384,
  model_type: 'llama', num_attention_heads: 16, num_hidden_layers: 24, num_key_value_heads: 16, pretraining_tp: 1,
  rms_norm_eps: 1e-6, rope_scaling: { factor: 4.0, type: 'linear' }, rope_theta: 100000, tie_word_embeddings: false,
  torch_dtype: 'bfloat16', transformers_version: '4.33.1', use_cache: true, vocab_size: 32256,
}; // prettier-ignore

describe('parseModelConfig', () => {
  test("reads a Llama 3 of transformers'", () => {
    expect(parseModelConfig(llama)).toEqual({
      architecture: 'llama',
      modelType: 'llama',
      numLayers: 2,
      embedDim: 24,
      numHeads: 4,
      numKeyValueHeads: 2,
      headDim: 8,
      innerDim: 40,
      vocabSize: 64,
      maxPositions: 64,
      normEpsilon: 1e-5,
      rotary: {
        dims: 8,
        theta: 500,
        scaling: {
          type: 'llama3',
          factor: 8,
          lowFrequencyFactor: 1,
          highFrequencyFactor: 4,
          originalMaxPositions: 32,
        },
      },
      attentionBias: false,
      tiedHead: false,
      bosTokenId: 0,
      eosTokenId: 0,
      eosTokenIds: [0, 3],
      padTokenId: 0,
    });
  });

  test('reads Qwen2.5-Coder: biases, a tied head, two heads of keys and values', () => {
    expect(parseModelConfig(QWEN_CODER)).toMatchObject({
      architecture: 'llama',
      modelType: 'qwen2',
      numKeyValueHeads: 2,
      headDim: 128,
      rotary: { dims: 128, theta: 1e6 },
      attentionBias: true,
      tiedHead: true,
      eosTokenId: 151643,
    });
  });

  test('reads DeepSeek-Coder: positions divided by four, by the old name of the kind of scaling', () => {
    expect(parseModelConfig(DEEPSEEK_CODER)).toMatchObject({
      modelType: 'llama',
      rotary: { dims: 128, theta: 100000, scaling: { type: 'linear', factor: 4 } },
      tiedHead: false,
    });
  });

  test('takes what the file leaves out from the defaults of transformers', () => {
    const { num_key_value_heads: _k, head_dim: _c, rms_norm_eps: _e, eos_token_id: _i, rope_parameters: _r, ...rest } = llama; // prettier-ignore
    expect(parseModelConfig(rest)).toMatchObject({
      numKeyValueHeads: 4,
      headDim: 6,
      normEpsilon: 1e-6,
      rotary: { dims: 6, theta: 10000 },
      eosTokenId: 2,
    });
  });

  test.each(GOLDEN_MODELS)('reads what modelConfigToJson writes of %s', (name) => {
    const config = parseModelConfig(goldenJson(`${name}/config.json`));
    expect(parseModelConfig(modelConfigToJson(config))).toEqual(config);
  });

  test.each([
    ['a window that Qwen2 does not use', { ...qwen2, sliding_window: 16, layer_types: undefined }],
    ['one that begins after the last layer', { ...qwen2, layer_types: undefined, use_sliding_window: true, sliding_window: 16, max_window_layers: 2 }],
    ['one as wide as the longest sequence', { ...qwen2, layer_types: undefined, use_sliding_window: true, sliding_window: 64, max_window_layers: 0 }],
  ])('takes %s', (_, fields) => {
    expect(parseModelConfig(fields).maxPositions).toBe(64);
  }); // prettier-ignore

  const yarn = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 16 };
  const llama3 = llama['rope_parameters'] as Fields;
  test.each<[string, Fields, Fields]>([
    ['model_type', llama, { model_type: 'qwen3' }],
    ['hidden_act', llama, { hidden_act: 'gelu' }],
    ['attention_bias', llama, { attention_bias: true }],
    ['mlp_bias', llama, { mlp_bias: true }],
    ['attention_dropout', llama, { attention_dropout: 0.1 }],
    ['rope_interleaved', llama, { rope_interleaved: true }],
    ['partial_rotary_factor', llama, { partial_rotary_factor: 0.5 }],
    ['quantization_config', llama, { quantization_config: { bits: 4 } }],
    ['hidden_size', llama, { hidden_size: 26 }],
    ['num_key_value_heads', llama, { num_key_value_heads: 3 }],
    ['head_dim', llama, { head_dim: 7 }],
    ['num_hidden_layers', llama, { num_hidden_layers: 0 }],
    ['intermediate_size', llama, { intermediate_size: null }],
    ['rms_norm_eps', llama, { rms_norm_eps: 0 }],
    ['tie_word_embeddings', llama, { tie_word_embeddings: 'yes' }],
    ['eos_token_id', llama, { eos_token_id: [0, 64] }],
    ['eos_token_id', llama, { eos_token_id: [] }],
    ['eos_token_id', qwen2, { eos_token_id: null }],
    ['rope_theta', llama, { rope_parameters: null, rope_theta: -1 }],
    ['rope_scaling', llama, { rope_scaling: 4 }],
    ['rope_scaling.rope_type', llama, { rope_scaling: { type: 'longrope', factor: 4 } }],
    ['rope_scaling.factor', llama, { rope_scaling: { type: 'linear' } }],
    ['rope_scaling.factor', llama, { rope_scaling: { ...yarn, factor: 0 } }],
    ['rope_parameters.high_freq_factor', llama, { rope_parameters: { ...llama3, high_freq_factor: 1 } }],
    ['rope_parameters.rope_theta', llama, { rope_parameters: { ...llama3, rope_theta: '500' } }],
    ['rope_parameters.partial_rotary_factor', llama, { rope_parameters: { ...yarn, partial_rotary_factor: 0.5 } }],
    ['layer_types', qwen2, { layer_types: ['full_attention', 'linear_attention'] }],
    ['layer_types', qwen2, { layer_types: ['full_attention', 'sliding_attention'], use_sliding_window: true, sliding_window: 16 }],
    ['sliding_window', qwen2, { layer_types: undefined, use_sliding_window: true, sliding_window: 16, max_window_layers: 1 }],
    ['sliding_window', llama, { sliding_window: 16 }],
  ])('refuses what it cannot honour, naming %s', (field, json, change) => {
    let error: unknown;
    try {
      parseModelConfig({ ...json, ...change });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(UnsupportedModelError);
    expect((error as UnsupportedModelError).field).toBe(field);
    expect((error as UnsupportedModelError).message).toContain(`config.json: ${field} must be `);
  }); // prettier-ignore
});
