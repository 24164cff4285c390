import { parametersOf } from '../families/model-families.ts';
import { fromFile } from '../families/parameter.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArray, NamedArrays } from '../named-array.ts';
import { decodeFamilyOf } from './decode-families.ts';
import { sideBySide } from './folding.ts';
import { blockSizeOf } from './inverse-cdf.ts';

/** Bias of the logits that pad the vocabulary: finite, and no probability is left of it. */
const PADDING_BIAS = -1e30;

/**
 * A model's weights for decoding, one array at a time, so that a large model's are never all here at once: see
 * `DecodeFamily.fold`. The vocabulary is padded with impossible tokens to a multiple of `blockSizeOf`.
 * @throws {InvalidWeightsError} if a weight is missing or has another shape
 */
export function* foldWeights(config: ModelConfig, weights: NamedArrays): Generator<[name: string, NamedArray], void> {
  const { embedDim: D, vocabSize: V } = config;
  const parameters = new Map(parametersOf(config).map((parameter) => [parameter.name, parameter]));
  const padding = paddedVocabSize(V) - V;
  for (const [name, array] of decodeFamilyOf(config).fold(config, (name) => fromFile(parameters.get(name)!, weights))) {
    if (name === 'head' && padding > 0) {
      yield [name, { shape: [D, V + padding], data: sideBySide(D, array.data, new Float32Array(D * padding)) }];
    } else if (name === 'headBias' && padding > 0) {
      const bias = sideBySide(1, array.data, new Float32Array(padding).fill(PADDING_BIAS));
      yield [name, { shape: [V + padding], data: bias }];
    } else {
      yield [name, array];
    }
  }
}

/** V rounded up to whole blocks of the inverse of the distribution function. */
function paddedVocabSize(vocabSize: number): number {
  const size = blockSizeOf(vocabSize);
  return Math.ceil(vocabSize / size) * size;
}
