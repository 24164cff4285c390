import { loadConfig } from '@leti/config';
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

test.for(['127.0.0.1:9090', 'localhost:0', '[::1]:65535'])('metrics can be served at %s', (metricsAddress) => {
  expect(EvaluatorConfig.parse({ metricsAddress }).metricsAddress).toBe(metricsAddress);
});

test.for(['9090', ':9090', '127.0.0.1', '127.0.0.1:65536', '::1:9090', 'a b:1'])(
  'metrics cannot be served at %s, which is said before anything is started',
  (metricsAddress) => {
    const flags = { argv: ['--metrics-address', metricsAddress], env: {}, prefix: 'LETI_EVALUATOR' };
    expect(() => loadConfig(EvaluatorConfig, flags)).toThrow(/^--metrics-address: expected host:port .*, got /);
  },
);
