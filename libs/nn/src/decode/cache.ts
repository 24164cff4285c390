import type { ModelConfig } from '../model-config.ts';
import { typeAttr } from '../kernels.ts';
import { backend, tf, type Tensor } from '../tf.ts';
import type { DecodeShape } from './decode-shape.ts';

/** Cache slots of one row: S. */
export function slotsOf({ promptSlots, newSlots }: DecodeShape): number {
  return promptSlots + newSlots;
}

/**
 * Zeroed keys and values by name, `keys.i` and `values.i`, each float32 [R H S, C]: a slot of a head of a row after the
 * other. The caller disposes them.
 */
export function emptyCache(config: ModelConfig, shape: DecodeShape): Record<string, Tensor> {
  const { numLayers, numHeads, embedDim } = config;
  const slots = shape.rows * numHeads * slotsOf(shape);
  const layers = Array.from({ length: numLayers }, (_, i) => [`keys.${i}`, `values.${i}`]).flat();
  // Each its own tensor: they are written in place.
  return Object.fromEntries(layers.map((name) => [name, tf.zeros([slots, embedDim / numHeads])]));
}

/**
 * Overwrites rows of a matrix in place: no copy of a cache is ever made. Whoever reads `x` in the same graph must do so
 * before, which holds when `rows` or `values` depend on what was read; the result must be used from here on.
 * @param x float32 [N, M] @param rows int32 [K], of which equal ones get equal values @param values [K, M]
 * @returns x
 */
export function writeRows(x: Tensor, rows: Tensor, values: Tensor): Tensor {
  return backend.executeSingleOutput('InplaceUpdate', [typeAttr('T', backend.binding.TF_FLOAT)], [x, rows, values]);
}
