import { expect, test } from 'vitest';
import { parseModelConfig } from '../families/model-families.ts';
import '../testing/matchers.ts';
import { drawAll, groupOf, lively } from '../testing/samples.ts';
import { Sampler } from './sampler.ts';

const config = parseModelConfig({
  model_type: 'llama',
  num_hidden_layers: 2,
  hidden_size: 4,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  intermediate_size: 8,
  vocab_size: 64,
  max_position_embeddings: 8192,
  eos_token_id: 0,
});

test.each([100, 300, 4500])('a prompt of %d tokens, in several blocks, is read as scoring reads it', async (length) => {
  const sampler = Sampler.create({ config, weights: lively(config, 5), rows: 2, memoryBytes: 2 ** 33 });
  const promptIds = Int32Array.from({ length }, (_, i) => (i * i * 7 + i) % config.vocabSize);
  const samples = await drawAll(sampler, [groupOf({ promptIds, count: 2 })]);
  const scores = sampler.scoreTokens(samples.map(({ tokenIds }) => Int32Array.of(...promptIds, ...tokenIds)));
  for (const [i, { logprobs }] of samples.entries()) {
    expect(logprobs).toEqualNumbers(scores[i]!.subarray(length - 1), { atol: 1e-4 });
  }
  sampler.dispose();
});
