import { biasAdd, gatherRows, matMul2d } from '../kernels.ts';
import { rotaryTables, type RotaryTables } from '../layers/rotary.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor, type Tensor2D, type Tensor3D } from '../tf.ts';
import { slotsOf, writeRows } from './cache.ts';
import { CHUNK_STEPS, type DecodeShape } from './decode-shape.ts';
import { drawTokens } from './draw-tokens.ts';
import { blockInputs, blockOutput, rootMeanSquareNorm, type FoldedTensors } from './folded-block.ts';
import { blockSizeOf, multiplesOf } from './inverse-cdf.ts';

/** Added to the score of a slot that holds nothing. */
const MASKED = -1e30;

/** Where each row stands, and how it samples. */
export interface StepInputs {
  /** int32 [R]: the last token of prompt or text, not yet in the cache. */
  readonly ids: Tensor;
  /** int32 [R, 1]: how many prompt slots are filled. */
  readonly prefilled: Tensor;
  /** int32 [R, 1]: how many tokens have been drawn; the same number of new slots is filled. */
  readonly drawn: Tensor;
  /** float32 [R, CHUNK_STEPS] */
  readonly uniforms: Tensor;
  /** float32 [R, 1] */
  readonly inverseTemperatures: Tensor;
  /** float32 [R, 1], for a nucleus shape */
  readonly topP?: Tensor;
}

/**
 * CHUNK_STEPS steps of every row: the token's keys and values go into its new slot, the next token is drawn.
 * @returns ids int32 and logprobs float32, both [R, CHUNK_STEPS]; the caches, by name
 */
export function decodeSteps(
  inputs: StepInputs,
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
): { ids: Tensor; logprobs: Tensor; caches: Record<string, Tensor> } {
  const S = slotsOf(shape);
  const { embedDim: D, numHeads: H, vocabSize, rotary } = config;
  const { rows: R, promptSlots: P } = shape;
  const C = D / H;
  const positions = Array.from({ length: S }, (_, i) => i);
  const tables = rotaryTables(positions, { headDim: C, rotary }); // [S, C]
  const ages = slotAges(inputs, shape); // [R, S]
  const firstSlots = tf.add(tf.add(inputs.drawn, tf.reshape(multiplesOf(H * S, R), [R, 1])), tf.add(multiplesOf(S, H), tf.scalar(P, 'int32'))); // prettier-ignore
  const slots = tf.reshape(firstSlots, [R * H]); // of step 0
  const firstPositions = tf.reshape(tf.add(inputs.prefilled, inputs.drawn), [R]);
  const uniforms = tf.split(inputs.uniforms, CHUNK_STEPS, 1);

  let caches: Record<string, Tensor> = {};
  let ids = inputs.ids;
  const drawn: { ids: Tensor; logprobs: Tensor }[] = [];
  for (let step = 0; step < CHUNK_STEPS; step++) {
    const offset = tf.scalar(step, 'int32');
    const logits = stepLogits(ids, { ...tensors, ...caches }, config, shape, {
      tables: tablesAt(tables, tf.add(firstPositions, offset)),
      mask: tf.where(tf.lessEqual(ages, step), 0, MASKED),
      slots: tf.add(slots, offset),
    });
    caches = logits.caches;
    const { inverseTemperatures, topP } = inputs;
    const next = drawTokens(logits.logits, { uniforms: uniforms[step]!, inverseTemperatures, topP }, blockSizeOf(vocabSize)); // prettier-ignore
    drawn.push(next);
    ids = next.ids;
  }
  return {
    ids: tf.stack(drawn.map((step) => step.ids), 1),
    logprobs: tf.stack(drawn.map((step) => step.logprobs), 1),
    caches,
  }; // prettier-ignore
}

/** One step of every row. @returns logits float32 [R, Vp]; the caches, by name */
export function stepLogits(
  ids: Tensor,
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
  at: { readonly tables: RotaryTables; readonly mask: Tensor; readonly slots: Tensor },
): { logits: Tensor2D; caches: Record<string, Tensor> } {
  const S = slotsOf(shape);
  const { rows: R } = shape;
  const { embedDim: D, numHeads: H } = config;
  const C = D / H;
  const mask = tf.reshape(at.mask, [R, 1, S]);
  const caches: Record<string, Tensor> = {};
  const store = (name: string, values: Tensor): Tensor3D => {
    caches[name] = writeRows(tensors[name]!, at.slots, tf.reshape(values, [R * H, C]));
    return tf.reshape(caches[name], [R * H, S, C]);
  };
  let x = gatherRows(tensors['embedding']!, ids) as Tensor2D; // [R, D]
  for (let layer = 0; layer < config.numLayers; layer++) {
    const { queries, keys, values, inner } = blockInputs(x, layer, tensors, config, at.tables);
    const allKeys = store(`keys.${layer}`, keys);
    const allValues = store(`values.${layer}`, values);
    const scores = tf.matMul(tf.reshape(queries, [R * H, 1, C]), allKeys, false, true); // [R H, 1, S]
    const probabilities = tf.softmax(tf.add(tf.reshape(scores, [R, H, S]), mask)); // [R, H, S]
    const attended = tf.matMul(tf.reshape(probabilities, [R * H, 1, S]), allValues); // [R H, 1, C]
    x = blockOutput(x, tf.reshape(attended, [R, D]), inner, layer, tensors);
  }
  const h = rootMeanSquareNorm(x, config.normEpsilon);
  return { logits: biasAdd(matMul2d(h, tensors['head']!), tensors['headBias']!), caches };
}

/** The step of this chunk at which a slot begins to be seen: at most 0 where it is filled already. float32 [R, S] */
function slotAges({ prefilled, drawn }: StepInputs, shape: DecodeShape): Tensor {
  const { promptSlots: P } = shape;
  const slot = tf.range(0, slotsOf(shape), 1, 'int32'); // [S]
  const never = CHUNK_STEPS;
  const prompt = tf.where(tf.less(slot, prefilled), 0, never); // [R, S]
  const age = tf.sub(tf.sub(slot, tf.scalar(P, 'int32')), drawn); // [R, S]
  return tf.where(tf.less(slot, tf.scalar(P, 'int32')), prompt, tf.cast(age, 'float32'));
}

function tablesAt({ cos, sin }: RotaryTables, positions: Tensor): RotaryTables {
  const [R] = positions.shape as [number];
  const rows = (table: Tensor): Tensor => tf.reshape(gatherRows(table, positions), [R, 1, table.shape[1]!]);
  return { cos: rows(cos), sin: rows(sin) };
}
