import { fromFile, toFile, type Parameter } from '../families/parameter.ts';
import { sizeOf, type NamedArray, type NamedArrays } from '../named-array.ts';
import { tf, type Tensor, type Tensor1D } from '../tf.ts';

/** Parameters that the optimizer treats alike, held end to end in one vector: one kernel instead of one per array. */
export interface ParameterGroup {
  readonly parameters: readonly Parameter[];
  /** Elements of each parameter. */
  readonly sizes: readonly number[];
  /** Elements of the vector. */
  readonly size: number;
}

/** The group of these parameters, in their order. */
export function parameterGroup(parameters: readonly Parameter[]): ParameterGroup {
  const sizes = parameters.map((parameter) => sizeOf(parameter.shape));
  return { parameters, sizes, size: sizes.reduce((sum, size) => sum + size, 0) };
}

/**
 * The group's vector from arrays in Hugging Face's layout.
 * @param prefix of the arrays' names, such as `m.`
 * @throws {InvalidWeightsError} when an array is missing or has another shape
 */
export function packGroup(group: ParameterGroup, arrays: NamedArrays, prefix = ''): Float32Array {
  const vector = new Float32Array(group.size);
  let offset = 0;
  for (const [i, parameter] of group.parameters.entries()) {
    vector.set(fromFile(parameter, arrays, prefix), offset);
    offset += group.sizes[i]!;
  }
  return vector;
}

/** The inverse of `packGroup`: arrays in Hugging Face's layout, by prefixed name. */
export function unpackGroup(group: ParameterGroup, vector: Float32Array, prefix = ''): [string, NamedArray][] {
  let offset = 0;
  return group.parameters.flatMap((parameter, i) => {
    const part = vector.subarray(offset, (offset += group.sizes[i]!));
    return toFile(parameter, part).map(([name, array]): [string, NamedArray] => [prefix + name, array]);
  });
}

/** The group's tensors cut out of its vector, in order; the caller disposes them. */
export function splitGroup(group: ParameterGroup, vector: Tensor): Tensor[] {
  return tf.tidy(() => {
    const parts = tf.split(vector, [...group.sizes]);
    return parts.map((part, i) => tf.reshape(part, [...group.parameters[i]!.shape]));
  });
}

/** The inverse of `splitGroup`. */
export function joinGroup(tensors: readonly Tensor[]): Tensor1D {
  return tf.tidy(() => tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as Tensor1D)));
}
