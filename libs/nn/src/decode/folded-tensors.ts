import { isIgnoredName, parametersOf } from '../families/model-families.ts';
import { checkNames } from '../families/parameter.ts';
import { copiedTensor } from '../kernels.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import { tf, type Tensor } from '../tf.ts';
import { foldWeights } from './fold-weights.ts';

/**
 * A model's weights for decoding as tensors, see `foldWeights`; the caller disposes them. They are made one after the
 * other, so a lazy `weights` is never whole in memory.
 * @throws {InvalidWeightsError} if a weight is missing, has another shape or is none of this model's; nothing is left then
 */
export function foldedTensors(config: ModelConfig, weights: NamedArrays): Record<string, Tensor> {
  checkNames(parametersOf(config), weights, (name) => isIgnoredName(config, name));
  return tf.tidy(() => {
    const tensors: Record<string, Tensor> = {};
    for (const [name, { shape, data }] of foldWeights(config, weights)) tensors[name] = copiedTensor(data, shape);
    return tensors;
  });
}
