import { biasAdd, biasAddGrad, matMul2d, matMulTransposed } from '../kernels.ts';
import type { Tensor, Tensor1D, Tensor2D } from '../tf.ts';
import { withGradient } from '../with-gradient.ts';

/**
 * x W.
 * @param x float32 [N, D] @param weight [D, M] @returns [N, M]; the caller disposes it
 */
export const linear = withGradient((x: Tensor2D, weight: Tensor2D) => ({
  value: matMul2d(x, weight),
  saved: { x, weight },
  gradient: (dy, saved): Tensor[] => [matMulTransposed(dy, saved.weight), matMul2d(saved.x, dy, true, false)],
}));

/**
 * x W + b.
 * @param x float32 [N, D] @param weight [D, M] @param bias [M] @returns [N, M]; the caller disposes it
 */
export const linearWithBias = withGradient((x: Tensor2D, weight: Tensor2D, bias: Tensor1D) => ({
  value: biasAdd(matMul2d(x, weight), bias),
  saved: { x, weight },
  gradient: (dy, saved): Tensor[] => [
    matMulTransposed(dy, saved.weight),
    matMul2d(saved.x, dy, true, false),
    biasAddGrad(dy),
  ],
}));

/**
 * x Wᵀ: logits of a head that is the embedding table.
 * @param x float32 [N, D] @param table [V, D] @returns [N, V]; the caller disposes it
 */
export const linearTransposed = withGradient((x: Tensor2D, table: Tensor2D) => ({
  value: matMul2d(x, table, false, true),
  saved: { x, table },
  gradient: (dy, saved): Tensor[] => [matMul2d(dy, saved.table), matMul2d(dy, saved.x, true, false)],
}));
