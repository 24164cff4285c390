// Operations that a recorded graph can do and tfjs cannot say, with eager stand-ins of the same result.
import { backend, tf, type Tensor } from '../tf.ts';
import { runAs } from './kernel-tap.ts';

const { binding } = backend;
const typeAttr = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value });
const ofInts = [typeAttr('T', binding.TF_INT32)];

/** What `FunctionTrace` sees of {@link roundToBfloat16}. */
export const ROUND_TO_BFLOAT16 = 'RoundToBfloat16';
/** What `FunctionTrace` sees of {@link identityAfter}. */
export const IDENTITY_AFTER = 'IdentityAfter';
/** What `FunctionTrace` sees of an input of {@link computedIf}: x, and the condition. */
export const IF_TRUE = 'IfTrue';
/** What `FunctionTrace` sees of the end of {@link computedIf}: the result, what stands in for it, and the condition. */
export const EITHER = 'Either';

/**
 * The nearest numbers that bfloat16 has, ties to even: 8 bits of significand, float32's range. Recorded as two casts;
 * eagerly by the bits, for tfjs has no such type.
 * @param x float32, any shape @returns float32 of that shape; the caller disposes it
 */
export function roundToBfloat16(x: Tensor): Tensor {
  return runAs(ROUND_TO_BFLOAT16, [x], () =>
    tf.tidy(() => {
      const run = (op: string, a: Tensor, b: Tensor): Tensor => backend.executeSingleOutput(op, ofInts, [a, b]);
      const int = (value: number): Tensor => tf.scalar(value, 'int32');
      const bits = bitcast(x, binding.TF_FLOAT, binding.TF_INT32);
      // Half of what is cut off, less one where the last bit that stays is even.
      const lastBit = run('BitwiseAnd', run('RightShift', bits, int(16)), int(1));
      const rounded = run('AddV2', bits, run('AddV2', lastBit, int(0x7fff)));
      return bitcast(run('BitwiseAnd', rounded, int(-0x10000)), binding.TF_INT32, binding.TF_FLOAT);
    }),
  );
}

/**
 * x, but in a recorded graph not before `after` is there: what is computed from the result waits too, and is not merged
 * with the same computed from x.
 * @param x float32, any shape @param after any tensor
 * @returns x in the same memory; the caller disposes it
 */
export function identityAfter<R extends Tensor>(x: R, after: Tensor): R {
  return runAs(IDENTITY_AFTER, [x, after], () => sameMemory(x));
}

/**
 * What `compute` gives where the condition holds, else another tensor. In a recorded graph `compute` does not run where the
 * condition does not hold.
 * @param condition bool []
 * @param inputs all that `compute` may read besides constants, which it is handed as tensors of their own
 * @param otherwise of the shape and type of the result
 * @returns a new tensor; the caller disposes it
 */
export function computedIf<R extends Tensor>(
  condition: Tensor,
  inputs: readonly Tensor[],
  compute: (...inputs: Tensor[]) => R,
  otherwise: R,
): R {
  return tf.tidy(() => {
    const guarded = inputs.map((x) => runAs(IF_TRUE, [x, condition], () => sameMemory(x)));
    const result = compute(...guarded);
    return runAs(EITHER, [result, otherwise, condition], () =>
      sameMemory(condition.dataSync()[0] ? result : otherwise),
    );
  });
}

/** A tensor of its own over the memory of another, where a clone would be the same tensor to a tap. */
export function sameMemory<R extends Tensor>(x: R): R {
  const type = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL }[x.dtype as 'float32'];
  return backend.executeSingleOutput('Identity', [typeAttr('T', type)], [x]) as R;
}

function bitcast(x: Tensor, from: number, to: number): Tensor {
  return backend.executeSingleOutput('Bitcast', [typeAttr('T', from), typeAttr('type', to)], [x]);
}
