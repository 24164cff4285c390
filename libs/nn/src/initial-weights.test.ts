import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { initialWeights } from './initial-weights.ts';
import type { NamedArrays } from './named-array.ts';
import { GOLDEN_MODELS, goldenModel } from './testing/golden.ts';
import './testing/matchers.ts';

function digest(weights: NamedArrays): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of weights) hash.update(name).update(shape.join()).update(data);
  return hash.digest('hex');
}

function moments(data: Float32Array): { mean: number; deviation: number } {
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  return { mean, deviation: Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length) };
}

describe.each(GOLDEN_MODELS)('initialWeights of %s', (name) => {
  const { config, weights: reference } = goldenModel(name);
  const weights = initialWeights(config, 7);

  test('are every array that transformers has, in its shape', () => {
    const shapes = (arrays: NamedArrays): Record<string, string> =>
      Object.fromEntries([...arrays].map(([array, { shape }]) => [array, shape.join()]));
    expect(shapes(weights)).toEqual(shapes(reference));
  });

  const isMatrix = (array: string): boolean => !array.endsWith('.bias') && !/\.ln_|norm/.test(array);
  const names = [...weights.keys()];

  test.each(names.filter((array) => !isMatrix(array)))('%s starts as nothing', (array) => {
    expect(moments(weights.get(array)!.data)).toEqual({ mean: array.endsWith('.bias') ? 0 : 1, deviation: 0 });
  });

  test.each(names.filter(isMatrix))('%s starts as GPT-2 does', (array) => {
    const { data } = weights.get(array)!;
    const { mean, deviation } = moments(data);
    const expected = /out_proj|fc_out|o_proj|down_proj/.test(array) ? 0.02 / Math.sqrt(2 * config.numLayers) : 0.02;
    const tolerance = 4 / Math.sqrt(data.length);
    expect(deviation).toEqualNumbers(expected, { rtol: tolerance });
    expect(mean).toEqualNumbers(0, { atol: tolerance * expected });
  });
});

describe('initialWeights', () => {
  const { config } = goldenModel();
  const weights = initialWeights(config, 7);

  test('is the same for the same seed, and another for another', () => {
    expect(digest(initialWeights(config, 7))).toBe(digest(weights));
    for (const seed of [8, -7, 7 + 2 ** 32]) expect(digest(initialWeights(config, seed))).not.toBe(digest(weights));
  });

  test('gives the same bits on every machine', () => {
    expect(digest(weights)).toBe('166476d249b8bf399a4983be7d0f78633b2bb3448d7c07436ccbce24c6e86879');
  });

  test('two arrays of one shape differ', () => {
    expect(weights.get('transformer.h.0.mlp.fc_in.weight')!.data).not.toEqual(
      weights.get('transformer.h.1.mlp.fc_in.weight')!.data,
    );
  });

  test('refuses a seed that is no safe integer', () => {
    expect(() => initialWeights(config, 0.5)).toThrow('seed must be a safe integer, got 0.5');
  });
});
