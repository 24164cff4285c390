import { isIgnoredName, weightShapes, type ModelConfig } from '@leti/nn/model';
import { InvalidCheckpointError } from './errors.ts';
import { requireWeight, type StoredTensor, type StoredWeight } from './stored-tensor.ts';

/**
 * The stored tensors that are a model's weights: exactly those that its configuration implies, each with its shape and
 * of a type that a weight may have. Buffers that older files carry are left out.
 *
 * @param path where to say that something is wrong when no file is to blame: a tensor that is in none
 * @throws {InvalidCheckpointError} naming the tensor
 */
export function modelWeights(config: ModelConfig, stored: readonly StoredTensor[], path: string): StoredWeight[] {
  // Before a list of that many layers is made: a layer has at least one tensor.
  if (config.numLayers > stored.length) {
    throw new InvalidCheckpointError(path, `want tensors of ${config.numLayers} layers, got ${stored.length} in all`);
  }
  const shapes = weightShapes(config);
  const byName = new Map(stored.map((tensor) => [tensor.name, tensor]));
  const weights = Array.from(shapes, ([name, shape]) => {
    const tensor = byName.get(name);
    const got = tensor?.shape;
    if (tensor === undefined || got?.join() !== shape.join()) {
      const found = got === undefined ? 'no such tensor' : `[${got.join(', ')}]`;
      throw new InvalidCheckpointError(
        tensor?.file.path ?? path,
        `${name} must have shape [${shape.join(', ')}], got ${found}`,
      );
    }
    return requireWeight(tensor);
  });
  for (const { name, file } of stored) {
    if (!shapes.has(name) && !isIgnoredName(config, name)) {
      throw new InvalidCheckpointError(file.path, `want only tensors of the model, got ${name} as well`);
    }
  }
  return weights;
}
