import type { AttentionPlan } from '../layers/attention-plan.ts';
import { recomputed } from '../recomputed.ts';
import type { Tensor, Tensor2D } from '../tf.ts';
import type { ModelTensors } from './forward.ts';

/**
 * One block of a model.
 * @param x the residual stream, float32 [N, D] @param weights the block's tensors by their names within it
 * @returns [N, D]; the caller disposes it
 */
export type Block = (x: Tensor2D, weights: ModelTensors, attention: AttentionPlan) => Tensor2D;

/**
 * Runs the blocks one after another.
 * @param x what enters the first, float32 [N, D]
 * @param prefix of the names of block i's tensors, without its number: `model.layers`
 * @param recompute hold only each block's input for the gradient
 * @returns what leaves the last, [N, D]; call it in a `tf.tidy`
 */
export function runBlocks(
  block: Block,
  x: Tensor2D,
  { tensors, prefix, count }: { readonly tensors: ModelTensors; readonly prefix: string; readonly count: number },
  attention: AttentionPlan,
  recompute = false,
): Tensor2D {
  let stream = x;
  for (let i = 0; i < count; i++) {
    const weights = tensorsBelow(tensors, `${prefix}.${i}.`);
    stream = recompute
      ? recomputed((h, w, kept) => block(h, w, withTensors(attention, kept)), stream, weights, tensorsOf(attention))
      : block(stream, weights, attention);
  }
  return stream;
}

function tensorsBelow(tensors: ModelTensors, prefix: string): ModelTensors {
  const below = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(below.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** The plan's tensors by name; a block that runs again later needs them once the pass has freed its own. */
function tensorsOf({ tables, blocks }: AttentionPlan): Record<string, Tensor> {
  const masks = blocks.map(({ mask }, i) => [`mask ${i}`, mask] as const);
  return { cos: tables.cos, sin: tables.sin, ...Object.fromEntries(masks) };
}

function withTensors(plan: AttentionPlan, tensors: Readonly<Record<string, Tensor>>): AttentionPlan {
  const tables = { ...plan.tables, cos: tensors['cos']!, sin: tensors['sin']! };
  return { ...plan, tables, blocks: plan.blocks.map((block, i) => ({ ...block, mask: tensors[`mask ${i}`]! })) };
}
