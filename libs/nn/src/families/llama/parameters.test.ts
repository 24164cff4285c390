import { describe, expect, test } from 'vitest';
import { InvalidWeightsError } from '../../named-array.ts';
import { goldenModel } from '../../testing/golden.ts';
import { isIgnoredName, parametersOf } from '../model-families.ts';
import { fromFile } from '../parameter.ts';

describe('llamaParameters', () => {
  const { config, weights } = goldenModel('qwen2-tiny');
  const find = (part: string) => parametersOf(config).find(({ name }) => name.includes(part))!;

  test('puts queries, keys and values side by side', () => {
    const parameter = find('layers.1.self_attn.qkv_proj.weight');
    const data = fromFile(parameter, weights);
    const [D, width] = [24, 24 + 6 + 6]; // H C = 24, K C = 6
    expect(parameter.shape).toEqual([D, width]);
    const file = (part: string) => weights.get(`model.layers.1.self_attn.${part}_proj.weight`)!.data;
    expect(data[3 * width + 5]).toBe(file('q')[5 * D + 3]);
    expect(data[3 * width + 24 + 5]).toBe(file('k')[5 * D + 3]);
    expect(data[3 * width + 30 + 5]).toBe(file('v')[5 * D + 3]);
    const bias = fromFile(find('layers.1.self_attn.qkv_proj.bias'), weights);
    expect(bias[24]).toBe(weights.get('model.layers.1.self_attn.k_proj.bias')!.data[0]);
  });

  test('names the array that is missing or of another shape', () => {
    const without = new Map(weights);
    without.delete('model.layers.0.mlp.up_proj.weight');
    const parameter = find('layers.0.mlp.gate_up_proj');
    expect(() => fromFile(parameter, without)).toThrow(InvalidWeightsError);
    expect(() => fromFile(parameter, without)).toThrow('model.layers.0.mlp.up_proj.weight [40, 24] is missing');
    without.set('model.layers.0.mlp.up_proj.weight', { shape: [24, 40], data: new Float32Array(960) });
    expect(() => fromFile(parameter, without)).toThrow('must have shape [40, 24], got [24, 40]');
  });

  test('ignores stored frequencies, and the head where it is the embedding', () => {
    expect(isIgnoredName(config, 'model.layers.0.self_attn.rotary_emb.inv_freq')).toBe(true);
    expect(isIgnoredName(config, 'lm_head.weight')).toBe(true);
    expect(isIgnoredName(goldenModel('llama-tiny').config, 'lm_head.weight')).toBe(false);
    expect(isIgnoredName(config, 'model.layers.2.mlp.up_proj.weight')).toBe(false);
  });
});
