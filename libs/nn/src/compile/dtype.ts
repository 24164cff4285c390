/** The element types that a recorded graph may hold. */
export type GraphDataType = 'float32' | 'int32' | 'bool';

/** TensorFlow's `DataType` enum numbers (tensorflow/core/framework/types.proto). */
const ENUM: Readonly<Record<GraphDataType, number>> = { float32: 1, int32: 3, bool: 10 };

/** Shape and element type of a tensor, without its values. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: GraphDataType;
}

/** A float32 tensor of this shape. */
export function float32(...shape: number[]): TensorSpec {
  return { shape, dtype: 'float32' };
}

/** An int32 tensor of this shape. */
export function int32(...shape: number[]): TensorSpec {
  return { shape, dtype: 'int32' };
}

/** Thrown when a function cannot be recorded, or a compiled one is called with what it was not recorded for. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
}

/**
 * TensorFlow's number for an element type.
 * @param place what has this type, for the message
 * @throws {CompileError} for anything but float32, int32 and bool
 */
export function dataTypeEnum(dtype: string, place: string): number {
  if (dtype in ENUM) return ENUM[dtype as GraphDataType];
  throw new CompileError(`${place} must be float32, int32 or bool, got ${dtype}`);
}

/** Short text of a spec for messages: `float32[2,3]`. */
export function describeSpec(spec: { readonly shape: readonly number[]; readonly dtype: string }): string {
  return `${spec.dtype}[${spec.shape.join(',')}]`;
}
