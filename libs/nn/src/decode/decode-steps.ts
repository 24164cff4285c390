import { biasAdd, gatherRows, matMul2d } from '../kernels.ts';
import { MASKED } from '../layers/attention-mask.ts';
import { rotaryTables, type RotaryTables } from '../layers/rotary.ts';
import type { ModelConfig } from '../model-config.ts';
import { tf, type Tensor, type Tensor2D } from '../tf.ts';
import { slotPlaces, writeRows } from './cache.ts';
import { cachedAttention, type Seating } from './cached-attention.ts';
import { rootMeanSquareNorm, type FoldedTensors } from './decode-block.ts';
import { decodeFamilyOf } from './decode-families.ts';
import type { DecodeShape, LayerRun } from './decode-shape.ts';
import { drawTokens } from './draw-tokens.ts';
import { blockSizeOf, multiplesOf } from './inverse-cdf.ts';

/** Where each row stands, and how it samples. */
export interface StepInputs {
  /** int32 [R]: the last token of prompt or text, not yet in the cache. */
  readonly ids: Tensor;
  /** int32 [R, 1]: how many prompt slots are filled. */
  readonly prefilled: Tensor;
  /** int32 [R, 1]: how many tokens have been drawn; the same number of new slots is filled. */
  readonly drawn: Tensor;
  /** float32 [R, chunkSteps] */
  readonly uniforms: Tensor;
  /** float32 [R, 1] */
  readonly inverseTemperatures: Tensor;
  /** int32 [T K TILE_ROWS], see `Seating` */
  readonly rowOfSeat: Tensor;
  /** int32 [R K] */
  readonly seatOfRow: Tensor;
  /** float32 [R, 1], for a shape that cuts */
  readonly topP?: Tensor;
  /** int32 [R, 1], for a shape that cuts */
  readonly topK?: Tensor;
}

/** What a call of some steps, or of some blocks of one step, leaves. The caller disposes all of it. */
export interface DecodedSteps {
  /** int32 ids and float32 logprobs, both [R, chunkSteps], of a call that ends with the last block. */
  readonly drawn: { readonly ids: Tensor; readonly logprobs: Tensor } | undefined;
  /** The caches that were written, by name; and `stream` [R, D] where the next call goes on from it. */
  readonly updates: Record<string, Tensor>;
}

/**
 * `chunkSteps` steps of every row: the token's keys and values go into its new slot, the next token is drawn.
 * @param tensors weights and caches; and `stream`, where `run` does not begin with the first block
 * @param visibleBlocks how many blocks of new slots hold something by the last step, see `slotBlocks`
 * @param run the blocks of the model that this call computes: some of them only where there is one step
 */
export function decodeSteps(
  inputs: StepInputs,
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
  visibleBlocks: number,
  run: LayerRun,
): DecodedSteps {
  return tf.tidy(() => tracedSteps(inputs, tensors, config, shape, visibleBlocks, run));
}

/** A type alias of `DecodedSteps`, which `tf.tidy` can look into. */
type Traced = { readonly [part in keyof DecodedSteps]: DecodedSteps[part] };

function tracedSteps(
  inputs: StepInputs,
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
  visibleBlocks: number,
  run: LayerRun,
): Traced {
  const { headDim: C, numLayers, vocabSize, rotary } = config;
  const { rows: R, promptSlots: P, newSlots, chunkSteps } = shape;
  const positions = Array.from({ length: P + newSlots }, (_, i) => i);
  const tables = rotaryTables(positions, { headDim: C, rotary }); // [P + N, C]
  const ages = slotAges(inputs, shape); // [R, P + N]
  const firstPositions = tf.reshape(tf.add(inputs.prefilled, inputs.drawn), [R]);
  const firstSlots = tf.reshape(inputs.drawn, [R]);
  const uniforms = tf.split(inputs.uniforms, chunkSteps, 1);
  const { inverseTemperatures, topP, topK } = inputs;

  let caches: Record<string, Tensor> = {};
  let ids = inputs.ids;
  const drawn: { ids: Tensor; logprobs: Tensor }[] = [];
  for (let step = 0; step < chunkSteps; step++) {
    const offset = tf.scalar(step, 'int32');
    const at = {
      tables: tablesAt(tables, tf.add(firstPositions, offset)),
      mask: tf.reshape(tf.where(tf.lessEqual(ages, step), 0, MASKED), [R, 1, P + newSlots]),
      places: cachePlaces(tf.add(firstSlots, offset), config, shape),
      seating: inputs,
      visibleBlocks,
    };
    const x = (run.first === 0 ? gatherRows(tensors['embedding']!, ids) : tensors['stream']!) as Tensor2D; // [R, D]
    const next = throughBlocks(x, { ...tensors, ...caches }, config, shape, at, run);
    caches = next.caches;
    if (run.end < numLayers) return { drawn: undefined, updates: { ...caches, stream: next.x } };
    const parameters = { uniforms: uniforms[step]!, inverseTemperatures, topP, topK };
    // Freed step by step: recording runs this once, and the logits of many rows are large.
    const token = tf.tidy(() => drawTokens(logitsOf(next.x, tensors, config), parameters, blockSizeOf(vocabSize)));
    drawn.push(token);
    ids = token.ids;
  }
  const stacked = (name: 'ids' | 'logprobs'): Tensor => tf.stack(drawn.map((token) => token[name]), 1); // prettier-ignore
  return { drawn: { ids: stacked('ids'), logprobs: stacked('logprobs') }, updates: caches };
}

interface StepPlaces {
  /** [R, 1, C] */
  readonly tables: RotaryTables;
  /** float32 [R, 1, P + N] */
  readonly mask: Tensor;
  /** int32 [R K]: where the token's keys and values go. */
  readonly places: Tensor;
  readonly seating: Seating;
  readonly visibleBlocks: number;
}

/** Some blocks of one step of every row. @param x [R, D] @returns x after them; the caches that were written, by name */
function throughBlocks(
  x: Tensor2D,
  tensors: FoldedTensors,
  config: ModelConfig,
  shape: DecodeShape,
  at: StepPlaces,
  { first, end }: LayerRun,
): { x: Tensor2D; caches: Record<string, Tensor> } {
  const { numKeyValueHeads: K, headDim: C } = config;
  const family = decodeFamilyOf(config);
  const caches: Record<string, Tensor> = {};
  for (let layer = first; layer < end; layer++) {
    const done = tf.tidy(() => {
      const { queries, keys, values, rest } = family.inputs(x, layer, tensors, config, at.tables);
      const written = (name: string, heads: Tensor): Tensor =>
        writeRows(tensors[`${name}.${layer}`]!, at.places, tf.reshape(heads, [shape.rows * K, C]));
      const cache = {
        promptKeys: tensors[`promptKeys.${layer}`]!,
        promptValues: tensors[`promptValues.${layer}`]!,
        keys: written('keys', keys),
        values: written('values', values),
      };
      const attended = cachedAttention(queries, cache, at, config, shape); // [R, H C]
      const { keys: writtenKeys, values: writtenValues } = cache;
      return { x: family.output(x, attended, rest, layer, tensors, config), writtenKeys, writtenValues };
    });
    x = done.x;
    caches[`keys.${layer}`] = done.writtenKeys;
    caches[`values.${layer}`] = done.writtenValues;
  }
  return { x, caches };
}

/** @param x [R, D], the stream after the last block @returns [R, Vp] */
function logitsOf(x: Tensor2D, tensors: FoldedTensors, { normEpsilon }: ModelConfig): Tensor2D {
  const h = rootMeanSquareNorm(x, normEpsilon);
  return biasAdd(matMul2d(h, tensors['head']!), tensors['headBias']!);
}

/** The step of this chunk at which a slot begins to be seen: at most 0 where it is filled already. float32 [R, P + N] */
function slotAges({ prefilled, drawn }: StepInputs, { promptSlots: P, newSlots, chunkSteps }: DecodeShape): Tensor {
  const slot = tf.range(0, P + newSlots, 1, 'int32'); // [P + N]
  const prompt = tf.where(tf.less(slot, prefilled), 0, chunkSteps); // [R, P + N]: chunkSteps is never
  const age = tf.sub(tf.sub(slot, tf.scalar(P, 'int32')), drawn); // [R, P + N]
  return tf.where(tf.less(slot, tf.scalar(P, 'int32')), prompt, tf.cast(age, 'float32'));
}

/** Where each row's slot lies in a cache of new tokens. @param slots int32 [R] @returns int32 [R K] */
function cachePlaces(slots: Tensor, { numKeyValueHeads: K }: ModelConfig, { rows: R, newSlots }: DecodeShape): Tensor {
  const { base, stride } = slotPlaces(newSlots, R * K);
  const at = (table: Int32Array): Tensor => tf.reshape(gatherRows(tf.tensor1d(table, 'int32'), slots), [R, 1]);
  const rows = tf.reshape(multiplesOf(1, R * K), [R, K]);
  return tf.reshape(tf.add(at(base), tf.mul(rows, at(stride))), [R * K]);
}

function tablesAt({ cos, sin }: RotaryTables, positions: Tensor): RotaryTables {
  const [R] = positions.shape as [number];
  const rows = (table: Tensor): Tensor => tf.reshape(gatherRows(table, positions), [R, 1, table.shape[1]!]);
  return { cos: rows(cos), sin: rows(sin) };
}
