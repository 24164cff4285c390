import { expect, test } from 'vitest';
import { EvaluatorConfig, withNodeEnvironment } from './config.ts';

const ENVIRONMENTS = [
  { production: false, env: {}, expected: false },
  { production: false, env: { NODE_ENV: 'test' }, expected: false },
  { production: false, env: { NODE_ENV: 'production' }, expected: true },
  { production: true, env: { NODE_ENV: 'development' }, expected: true },
];

test.for(ENVIRONMENTS)('production $production under $env is $expected', ({ production, env, expected }) => {
  expect(withNodeEnvironment(EvaluatorConfig.parse({ production }), env).production).toBe(expected);
});
