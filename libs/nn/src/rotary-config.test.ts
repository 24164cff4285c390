import { describe, expect, test } from 'vitest';
import { parseModelConfig } from './families/model-families.ts';
import { rotaryFrequencies } from './rotary-config.ts';
import { goldenJson } from './testing/golden.ts';
import './testing/matchers.ts';

interface Case {
  /** Those of `config.json` that say how positions rotate. */
  readonly fields: Record<string, unknown>;
  readonly frequencies: readonly number[];
  readonly attention_factor: number;
}

describe('rotaryFrequencies', () => {
  test.each(goldenJson<readonly Case[]>('rotary-frequencies.json').map((c) => [JSON.stringify(c.fields), c] as const))(
    'are those of transformers for %s',
    (_, { fields, frequencies, attention_factor: factor }) => {
      const { rotary } = parseModelConfig({
        model_type: 'llama', vocab_size: 64, hidden_size: 32, num_attention_heads: 2, intermediate_size: 8,
        num_hidden_layers: 1, max_position_embeddings: 131072, ...fields,
      }); // prettier-ignore
      const actual = rotaryFrequencies(rotary);
      expect(actual.frequencies).toEqualNumbers(frequencies, { rtol: 2e-6, atol: 0 });
      expect(actual.attentionFactor).toBeCloseTo(factor, 6);
    },
  );
});
