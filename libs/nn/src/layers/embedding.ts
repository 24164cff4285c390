import { gatherRows } from '../kernels.ts';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * Rows of the embedding table.
 * @param table float32 [V, D] @param ids int32 [N], each in [0, V) @returns [N, D]; the caller disposes it
 */
export function embedding(table: Tensor2D, ids: Tensor1D): Tensor2D {
  return withGradient((rows: Tensor2D) => ({
    value: gatherRows(rows, ids) as Tensor2D,
    saved: { ids },
    gradient: (dy, saved): Tensor[] => [tf.unsortedSegmentSum(dy, saved.ids as Tensor1D, rows.shape[0])],
  }))(table);
}
