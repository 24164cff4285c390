// TensorFlow kernels that tfjs reaches only by a slow composition, or with checks that read values. Each has no gradient
// of its own: the functions that use them define theirs. Shapes are those of the TensorFlow operation. Arguments are
// borrowed; the caller disposes what is returned.
import { identityAfter } from './compile/graph-kernels.ts';
import { backend, tf, type KernelAttribute, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from './tf.ts';

const { binding } = backend;
const FLOAT = binding.TF_FLOAT;
const INT32 = binding.TF_INT32;

/** A type attribute; the number comes from the binding's `TF_FLOAT`, `TF_INT32`, `TF_BOOL`. */
export const typeAttr = (name: string, value: number): KernelAttribute => ({ name, type: binding.TF_ATTR_TYPE, value });
/** A bool attribute. */
export const boolAttr = (name: string, value: boolean): KernelAttribute => ({
  name,
  type: binding.TF_ATTR_BOOL,
  value,
});
/** An integer attribute. */
export const intAttr = (name: string, value: number): KernelAttribute => ({ name, type: binding.TF_ATTR_INT, value });

const T_FLOAT = typeAttr('T', FLOAT);

/**
 * A float32 tensor with these numbers in TensorFlow's memory. A tensor of `tf.tensor` holds on to the array itself until
 * some kernel asks for it: a change of the array before that would change the tensor.
 */
export function copiedTensor(data: Float32Array, shape: readonly number[]): Tensor {
  return tf.tidy(() => backend.executeSingleOutput('Identity', [T_FLOAT], [tf.tensor(data, [...shape], 'float32')]));
}

/**
 * Matrix product of float32 matrices. tfjs's own matMul always runs the batched kernel, which is slower on 2-d operands.
 * @param a [N, K], or [K, N] when transposed @param b [K, M], or [M, K] when transposed
 * @returns [N, M]
 */
export function matMul2d(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor2D {
  const attributes = [boolAttr('transpose_a', transposeA), boolAttr('transpose_b', transposeB), T_FLOAT];
  return backend.executeSingleOutput('MatMul', attributes, [a, b]) as Tensor2D;
}

/** Below this many elements a product with a transposed matrix is as fast as one with a copy of it. */
const LARGE_MATRIX = 2 ** 15;

/**
 * a bᵀ by a transposed copy of b: what the kernel loses on a transposed right side, up to a third for wide matrices, is
 * many times what the copy takes. It goes by three axes, for TensorFlow would fold a plain transposition back into the product,
 * and not before a is there: else a recorded step would begin by copying every weight of the model.
 * @param a [N, M] @param b [K, M], much smaller than a @returns [N, K]
 */
export function matMulTransposed(a: Tensor, b: Tensor): Tensor2D {
  const [K, M] = b.shape as [number, number];
  if (K * M < LARGE_MATRIX) return matMul2d(a, b, false, true);
  return tf.tidy(() => {
    const copy = tf.transpose(tf.reshape(identityAfter(b, a), [1, K, M]), [0, 2, 1]);
    return matMul2d(a, tf.reshape(copy, [M, K]));
  });
}

/**
 * Rows of a table. Unlike `tf.gather` it does not read the ids to check them, so it can be recorded; an id out of range
 * makes the kernel fail.
 * @param table [V, …] @param ids int32 [N] @returns [N, …]
 */
export function gatherRows(table: Tensor, ids: Tensor): Tensor {
  const dataType = table.dtype === 'int32' ? INT32 : FLOAT;
  const attributes = [
    intAttr('batch_dims', 0),
    typeAttr('Tparams', dataType),
    typeAttr('Tindices', INT32),
    typeAttr('Taxis', INT32),
  ];
  return tf.tidy(() => backend.executeSingleOutput('GatherV2', attributes, [table, ids, tf.scalar(0, 'int32')]));
}

/**
 * Cross-entropy of each row against its target, and its derivative by the logits.
 * @param logits float32 [N, V] @param targets int32 [N], each in [0, V)
 * @returns losses [N] in nats; derivative [N, V] = softmax(logits) − onehot(targets)
 */
export function sparseSoftmaxCrossEntropy(
  logits: Tensor2D,
  targets: Tensor1D,
): { losses: Tensor1D; derivative: Tensor2D } {
  const attributes = [T_FLOAT, typeAttr('Tlabels', INT32)];
  const inputs = [logits, targets];
  const [losses, derivative] = backend.executeMultipleOutputs(
    'SparseSoftmaxCrossEntropyWithLogits',
    attributes,
    inputs,
    2,
  );
  return { losses: losses as Tensor1D, derivative: derivative as Tensor2D };
}

/**
 * Adds a bias to each row; the recorded graph fuses it with the matrix product before it.
 * @param x [N, D] @param bias [D] @returns [N, D]
 */
export function biasAdd(x: Tensor, bias: Tensor): Tensor2D {
  const attributes = [T_FLOAT, { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' }];
  return backend.executeSingleOutput('BiasAdd', attributes, [x, bias]) as Tensor2D;
}

/**
 * `condition ? ifTrue : ifFalse` for whole tensors. On a CPU the chosen tensor is passed on without a copy.
 * @param condition bool [] @param ifTrue float32 @param ifFalse same shape
 */
export function selectWhole(condition: Scalar, ifTrue: Tensor, ifFalse: Tensor): Tensor {
  return backend.executeSingleOutput('Select', [T_FLOAT], [condition, ifTrue, ifFalse]);
}

/** Column sums: the gradient of `biasAdd` by its bias. @param dy [N, D] @returns [D] */
export function biasAddGrad(dy: Tensor): Tensor1D {
  const attributes = [T_FLOAT, { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' }];
  return backend.executeSingleOutput('BiasAddGrad', attributes, [dy]) as Tensor1D;
}

/**
 * Single elements of a matrix.
 * @param x float32 [N, V] @param places int32 [M, 2]: row and column of each @returns [M]
 */
export function gatherAt(x: Tensor, places: Tensor): Tensor1D {
  const attributes = [typeAttr('Tparams', FLOAT), typeAttr('Tindices', INT32)];
  return backend.executeSingleOutput('GatherNd', attributes, [x, places]) as Tensor1D;
}

/**
 * A matrix with some elements reduced; a recorded graph does it in place when nothing else reads the matrix.
 * @param x float32 [N, V] @param places int32 [M, 2], all different @param amounts float32 [M] @returns [N, V]
 */
export function scatterSubtract(x: Tensor, places: Tensor, amounts: Tensor): Tensor2D {
  const attributes = [T_FLOAT, typeAttr('Tindices', INT32)];
  return backend.executeSingleOutput('TensorScatterSub', attributes, [x, places, amounts]) as Tensor2D;
}

/**
 * Σ x², in one pass.
 * @param x float32, any shape @returns []
 */
export function sumOfSquares(x: Tensor): Scalar {
  return tf.tidy(() => tf.mul(backend.executeSingleOutput('L2Loss', [T_FLOAT], [x]), 2));
}
