import { gatherRows } from '../kernels.ts';
import { causalMask } from '../layers/attention-plan.ts';
import { rotaryTables } from '../layers/rotary.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor, type Tensor2D, type Tensor3D } from '../tf.ts';
import { slotsOf, writeRows } from './cache.ts';
import type { DecodeShape } from './decode-shape.ts';
import { blockInputs, blockOutput, type FoldedTensors } from './folded-block.ts';

/**
 * Runs a prompt once and writes its keys and values into the caches of all its samples.
 *
 * @param ids int32 [P], padded on the right with any id: slots beyond the prompt are never looked at
 * @param rows int32 [E], rows of the batch, some perhaps repeated
 * @returns the caches, by name
 */
export function prefill(
  { ids, rows }: { readonly ids: Tensor; readonly rows: Tensor },
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
): Record<string, Tensor> {
  const { embedDim: D, numHeads: H, numLayers } = config;
  const { promptSlots: P, rows: R } = shape;
  const S = slotsOf(shape);
  const C = D / H;
  const [E] = rows.shape as [number];
  const positions = Array.from({ length: P }, (_, i) => i);
  const { cos, sin } = rotaryTables(positions, { headDim: C, rotary: config.rotary });
  const tables = { cos: tf.reshape(cos, [P, 1, C]), sin: tf.reshape(sin, [P, 1, C]) };
  const mask = causalMask(P); // [P, P]
  const caches: Record<string, Tensor> = {};
  const store = (name: string, heads: Tensor): void => {
    // Zeros after the prompt, so that nothing of an earlier sample stays, were it not even finite.
    const row = tf.reshape(tf.pad(heads as Tensor3D, [[0, 0], [0, S - P], [0, 0]]), [1, H * S * C]); // prettier-ignore
    const written = writeRows(tf.reshape(tensors[name]!, [R, H * S * C]), rows, tf.tile(row, [E, 1]));
    caches[name] = tf.reshape(written, [R * H * S, C]);
  };

  let x = gatherRows(tensors['embedding']!, ids) as Tensor2D; // [P, D]
  for (let layer = 0; layer < numLayers; layer++) {
    const { queries, keys, values, inner } = blockInputs(x, layer, tensors, config, tables);
    const k = tf.transpose(keys, [1, 0, 2]); // [H, P, C]
    const v = tf.transpose(tf.reshape(values, [P, H, C]), [1, 0, 2]); // [H, P, C]
    store(`keys.${layer}`, k);
    store(`values.${layer}`, v);
    if (layer === numLayers - 1) break; // decoding starts from the prompt's last token: nothing more is needed
    const scores = tf.matMul(tf.transpose(queries, [1, 0, 2]), k, false, true); // [H, P, P]
    const attended = tf.matMul(tf.softmax(tf.add(scores, mask)), v) as Tensor3D; // [H, P, C]
    x = blockOutput(x, tf.reshape(tf.transpose(attended, [1, 0, 2]), [P, D]), inner, layer, tensors);
  }
  return caches;
}
