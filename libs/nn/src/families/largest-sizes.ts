import { UnsupportedModelError, type ModelConfig } from '../model-config.ts';

/** The largest that a model may be along each way. The largest published ones are below a tenth of most of these. */
const LARGEST = {
  numLayers: 4096,
  embedDim: 1 << 20,
  numHeads: 1 << 16,
  headDim: 1 << 16,
  innerDim: 1 << 22,
  vocabSize: 1 << 24,
  maxPositions: 2 ** 31 - 1,
} as const satisfies Partial<Record<keyof ModelConfig, number>>;

/** Layers times the outputs of each: what a list of every layer's rows takes. Llama 3.1 405B has 14 million. */
const MOST_OUTPUTS = 1 << 26;

/**
 * Refuses sizes that no model has, before anything of such a size is made: a configuration of a hundred bytes must not
 * take the memory of whoever only looks at it.
 * @throws {UnsupportedModelError}
 */
export function requireSizes(config: ModelConfig): void {
  for (const name of Object.keys(LARGEST) as (keyof typeof LARGEST)[]) {
    if (config[name] > LARGEST[name]) throw new UnsupportedModelError(WORDS[name], `<= ${LARGEST[name]}`, config[name]);
  }
  const { numLayers, embedDim, numHeads, numKeyValueHeads, headDim, innerDim } = config;
  const outputs = numLayers * (2 * embedDim + (numHeads + 2 * numKeyValueHeads) * headDim + 2 * innerDim);
  if (outputs > MOST_OUTPUTS) {
    throw new UnsupportedModelError('outputs of all linear layers', `<= ${MOST_OUTPUTS}`, outputs);
  }
}

/** Families call these fields by other names. */
const WORDS: Readonly<Record<keyof typeof LARGEST, string>> = {
  numLayers: 'number of layers',
  embedDim: 'hidden size',
  numHeads: 'number of attention heads',
  headDim: 'head dimension',
  innerDim: 'intermediate size',
  vocabSize: 'vocab_size',
  maxPositions: 'number of positions',
};
