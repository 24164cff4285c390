import { expect, test } from 'vitest';
import { UnsupportedModelError } from '../model-config.ts';
import { parseModelConfig } from './model-families.ts';

const LLAMA = {
  model_type: 'llama',
  vocab_size: 128_256,
  hidden_size: 16_384,
  intermediate_size: 53_248,
  num_hidden_layers: 126,
  num_attention_heads: 128,
  num_key_value_heads: 8,
  max_position_embeddings: 131_072,
  rms_norm_eps: 1e-5,
  rope_theta: 500_000,
  bos_token_id: 128_000,
  eos_token_id: 128_001,
};

test('the sizes of the largest published models are taken', () => {
  expect(parseModelConfig(LLAMA).innerDim).toBe(53_248);
});

test.each([
  [{ num_hidden_layers: 1e15 }, 'number of layers must be <= 4096'],
  [{ hidden_size: 2 ** 40 }, 'hidden size must be <='],
  [{ vocab_size: 2 ** 50 }, 'vocab_size must be <='],
  [{ intermediate_size: 2 ** 30 }, 'intermediate size must be <='],
  [{ head_dim: 2 ** 30 }, 'head dimension must be <='],
  [{ num_hidden_layers: 4096, intermediate_size: 1 << 22 }, 'outputs of all linear layers must be <='],
])('sizes that no model has are refused before anything is made of them: %o', (sizes, problem) => {
  const parse = () => parseModelConfig({ ...LLAMA, ...sizes });
  expect(parse).toThrow(UnsupportedModelError);
  expect(parse).toThrow(problem);
});

test('a value that is nested too deeply to show is still refused by the name of its field', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(() => parseModelConfig({ ...LLAMA, vocab_size: deep })).toThrow('vocab_size must be');
});
