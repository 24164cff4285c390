import { describe, expect, test } from 'vitest';
import { UnsupportedModelError } from '../../model-config.ts';
import { goldenJson } from '../../testing/golden.ts';
import { modelConfigToJson, parseModelConfig } from '../index.ts';

const json = goldenJson<Record<string, unknown>>('codegen-tiny/config.json');

describe('parseModelConfig', () => {
  test("reads a file of transformers'", () => {
    expect(parseModelConfig(json)).toEqual({
      architecture: 'codegen',
      modelType: 'codegen',
      numLayers: 2,
      embedDim: 32,
      numHeads: 4,
      numKeyValueHeads: 4,
      headDim: 8,
      innerDim: 128,
      vocabSize: 64,
      maxPositions: 64,
      normEpsilon: 1e-5,
      rotary: { dims: 4, theta: 10000 },
      attentionBias: false,
      tiedHead: false,
      bosTokenId: 0,
      eosTokenId: 0,
      padTokenId: 0,
    });
  });

  test('reads what modelConfigToJson writes', () => {
    const config = parseModelConfig(json);
    expect(parseModelConfig(modelConfigToJson(config))).toEqual(config);
    const { bosTokenId: _bos, padTokenId: _pad, ...without } = config;
    expect(parseModelConfig(modelConfigToJson(without))).toEqual(without);
  });

  test.each([
    ['model_type', 'gpt2'],
    ['model_type', undefined],
    ['activation_function', 'relu'],
    ['tie_word_embeddings', true],
    ['attn_pdrop', 0.1],
    ['scale_attn_weights', false],
    ['n_head', 6],
    ['n_embd', 36],
    ['n_layer', 0],
    ['rotary_dim', 3],
    ['rotary_dim', 16],
    ['rotary_dim', null],
    ['n_inner', -1],
    ['vocab_size', '64'],
    ['n_positions', 1.5],
    ['layer_norm_epsilon', 0],
    ['eos_token_id', null],
    ['eos_token_id', 64],
    ['bos_token_id', 50256],
  ])('refuses %s = %s, naming the field', (field, value) => {
    let error: unknown;
    try {
      parseModelConfig({ ...json, [field]: value });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(UnsupportedModelError);
    expect((error as UnsupportedModelError).field).toBe(field);
    expect((error as UnsupportedModelError).message).toContain(`config.json: ${field} must be `);
  });

  test.each([null, 'text', undefined])('refuses %s', (value) => {
    expect(() => parseModelConfig(value)).toThrow('must be an object');
  });
});
