import { copiedTensor } from '../kernels.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import { tf } from '../tf.ts';
import type { ModelTensors } from './forward.ts';
import { parametersOf } from './model-families.ts';
import { fromFile } from './parameter.ts';

/**
 * A model's parameters as tensors, for `forward`: one after the other, so that a lazy `weights` is never whole in memory.
 * @returns by the names of `parametersOf`; the caller disposes them
 * @throws {InvalidWeightsError} if a weight is missing or has another shape
 */
export function modelTensors(config: ModelConfig, weights: NamedArrays): ModelTensors {
  return tf.tidy(() =>
    Object.fromEntries(
      parametersOf(config).map((parameter) => [
        parameter.name,
        copiedTensor(fromFile(parameter, weights), parameter.shape),
      ]),
    ),
  );
}
