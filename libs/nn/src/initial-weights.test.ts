import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parametersOf } from './families/index.ts';
import { initialWeights } from './initial-weights.ts';
import type { NamedArrays } from './named-array.ts';
import { goldenModel } from './testing/golden.ts';
import './testing/matchers.ts';

const { config, weights: reference } = goldenModel();

function digest(weights: NamedArrays): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of weights) hash.update(name).update(shape.join()).update(data);
  return hash.digest('hex');
}

function moments(data: Float32Array): { mean: number; deviation: number } {
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  return { mean, deviation: Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length) };
}

describe('initialWeights', () => {
  const weights = initialWeights(config, 7);

  test('gives every array that transformers has, in its shape', () => {
    const shapes = (arrays: NamedArrays): Record<string, string> =>
      Object.fromEntries([...arrays].map(([name, { shape }]) => [name, shape.join()]));
    expect(shapes(weights)).toEqual(shapes(reference));
  });

  test('is the same for the same seed, and another for another', () => {
    expect(digest(initialWeights(config, 7))).toBe(digest(weights));
    for (const seed of [8, -7, 7 + 2 ** 32]) expect(digest(initialWeights(config, seed))).not.toBe(digest(weights));
  });

  test('gives the same bits on every machine', () => {
    expect(digest(weights)).toBe('166476d249b8bf399a4983be7d0f78633b2bb3448d7c07436ccbce24c6e86879');
  });

  const names = parametersOf(config).map(({ name }) => name);
  const isMatrix = (name: string): boolean => !name.endsWith('.bias') && !name.includes('.ln_');

  test.each(names.filter((name) => !isMatrix(name)))('%s starts as nothing', (name) => {
    expect(moments(weights.get(name)!.data)).toEqual({ mean: name.endsWith('.bias') ? 0 : 1, deviation: 0 });
  });

  test.each(names.filter(isMatrix))('%s starts as GPT-2 does', (name) => {
    const { data } = weights.get(name)!;
    const { mean, deviation } = moments(data);
    const expected = /out_proj|fc_out/.test(name) ? 0.02 / Math.sqrt(2 * config.numLayers) : 0.02;
    expect(deviation).toEqualNumbers(expected, { rtol: 0.1 });
    expect(mean).toEqualNumbers(0, { atol: (4 * expected) / Math.sqrt(data.length) });
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
