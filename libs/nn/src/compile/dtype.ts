/** The element types that a recorded graph may hold. */
export type GraphDataType = 'float32' | 'int32' | 'bool';

/** TensorFlow's `DataType` enum numbers (tensorflow/core/framework/types.proto). */
const ENUM: Readonly<Record<GraphDataType, number>> = { float32: 1, int32: 3, bool: 10 };

/**
 * What a graph computes its matrix products in. `bfloat16` rounds their operands to 8 bits of mantissa, sums in float32,
 * and is faster only where the processor has units for it (AVX512-BF16, AMX, a GPU); everything else stays float32.
 */
export type ProductPrecision = 'float32' | 'bfloat16';

/** `DT_BFLOAT16`, a type that tfjs does not have: it exists inside recorded graphs only. */
export const BFLOAT16 = 14;

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
