/** A float32 array outside of TensorFlow. */
export interface NamedArray {
  readonly shape: readonly number[];
  /** Row-major, the product of `shape` numbers. May be read from a file each time: ask once, and keep what is needed. */
  readonly data: Float32Array;
}

/** Arrays by name: weights by their Hugging Face names, or optimizer state. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;

/** Number of elements of an array of this shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Thrown when a set of arrays is not what a model needs. */
export class InvalidWeightsError extends Error {
  override readonly name = 'InvalidWeightsError';
}

/**
 * The array of this name and shape.
 * @throws {InvalidWeightsError} when it is missing, or has another shape or another number of elements
 */
export function requireArray(arrays: NamedArrays, name: string, shape: readonly number[]): Float32Array {
  const array = arrays.get(name);
  if (array === undefined) throw new InvalidWeightsError(`${name} [${shape.join(', ')}] is missing`);
  if (array.shape.join() !== shape.join()) {
    throw new InvalidWeightsError(`${name} must have shape [${shape.join(', ')}], got [${array.shape.join(', ')}]`);
  }
  const { data } = array;
  if (data.length !== sizeOf(shape)) {
    throw new InvalidWeightsError(`${name} must hold ${sizeOf(shape)} numbers, got ${data.length}`);
  }
  return data;
}
