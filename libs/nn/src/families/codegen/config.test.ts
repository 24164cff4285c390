import { describe, expect, test } from 'vitest';
import { UnsupportedModelError } from '../../model-config.ts';
import { goldenJson } from '../../testing/golden.ts';
import { sizeOf } from '../../named-array.ts';
import { modelConfigToJson, parseModelConfig, weightShapes } from '../model-families.ts';

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

  // What the files of Salesforce/codegen-SIZE-mono say, dropout and generation settings left out.
  test.each([
    ['350M', { n_layer: 20, n_embd: 1024, n_head: 16, rotary_dim: 32 }, 64, 356_712_448],
    ['2B', { n_layer: 32, n_embd: 2560, n_head: 32, rotary_dim: 64 }, 80, 2_779_356_160],
    ['6B', { n_layer: 33, n_embd: 4096, n_head: 16, rotary_dim: 64 }, 256, 7_064_213_504],
    ['16B', { n_layer: 34, n_embd: 6144, n_head: 24, rotary_dim: 64 }, 256, 16_032_155_648],
  ] as const)('reads CodeGen-%s', (_, sizes, headDim, numParameters) => {
    const config = parseModelConfig({
      activation_function: 'gelu_new', attn_pdrop: 0.0, bos_token_id: 1, embd_pdrop: 0.0, eos_token_id: 50256,
      initializer_range: 0.02, layer_norm_epsilon: 1e-5, model_type: 'codegen', n_ctx: 2048, n_inner: null,
      n_positions: 2048, resid_pdrop: 0.0, scale_attn_weights: true, tie_word_embeddings: false, use_cache: true,
      vocab_size: 51200, ...sizes,
    }); // prettier-ignore
    expect(config).toMatchObject({
      numLayers: sizes.n_layer,
      embedDim: sizes.n_embd,
      numHeads: sizes.n_head,
      headDim,
      innerDim: 4 * sizes.n_embd,
      vocabSize: 51200,
      maxPositions: 2048,
      rotary: { dims: sizes.rotary_dim, theta: 10000 },
      bosTokenId: 1,
      eosTokenId: 50256,
    });
    const shapes = [...weightShapes(config).values()];
    expect(shapes.reduce((sum, shape) => sum + sizeOf(shape), 0)).toBe(numParameters);
    expect(parseModelConfig(modelConfigToJson(config))).toEqual(config);
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
