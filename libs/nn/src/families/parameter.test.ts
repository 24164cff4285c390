import { describe, expect, test } from 'vitest';
import { GOLDEN_MODELS, goldenModel } from '../testing/golden.ts';
import { isIgnoredName, parametersOf, weightShapes } from './model-families.ts';
import { checkNames, fromFile, toFile } from './parameter.ts';

describe.each(GOLDEN_MODELS)('the parameters of %s', (name) => {
  const { config, weights } = goldenModel(name);
  const parameters = parametersOf(config);

  test('are the arrays that transformers saves, in their shapes', () => {
    const saved = [...weights].map(([array, { shape }]) => [array, [...shape]] as const);
    expect(weightShapes(config)).toEqual(new Map(saved));
    expect(() => checkNames(parameters, weights, (array) => isIgnoredName(config, array))).not.toThrow();
  });

  test.each(parameters.map((parameter) => [parameter.name, parameter] as const))(
    '%s goes to our layout and back',
    (_, parameter) => {
      const data = fromFile(parameter, weights);
      expect(data.length).toBe(parameter.shape.reduce((product, dim) => product * dim, 1));
      for (const [array, value] of toFile(parameter, data)) expect(value).toEqual(weights.get(array));
    },
  );
});
