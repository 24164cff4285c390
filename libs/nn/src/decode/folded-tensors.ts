import { isIgnoredName, parametersOf } from '../families/index.ts';
import { checkNames } from '../families/parameter.ts';
import { typeAttr } from '../kernels.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';
import { backend, tf, type Tensor } from '../tf.ts';
import { foldWeights } from './fold-weights.ts';

/**
 * A model's weights for decoding as tensors, see `foldWeights`; the caller disposes them. They are made one after the
 * other, so a lazy `weights` is never whole in memory.
 * @throws {InvalidWeightsError} if a weight is missing, has another shape or is none of this model's
 */
export function foldedTensors(config: ModelConfig, weights: NamedArrays): Record<string, Tensor> {
  checkNames(parametersOf(config), weights, (name) => isIgnoredName(config, name));
  const tensors: Record<string, Tensor> = {};
  try {
    for (const [name, { shape, data }] of foldWeights(config, weights)) {
      tensors[name] = tf.tidy(() => moved(tf.tensor(data, [...shape], 'float32')));
    }
    return tensors;
  } catch (error) {
    tf.dispose(tensors);
    throw error;
  }
}

/** The tensor in TensorFlow's memory: tfjs holds on to the array until some kernel asks for it. */
function moved(x: Tensor): Tensor {
  return backend.executeSingleOutput('Identity', [typeAttr('T', backend.binding.TF_FLOAT)], [x]);
}
