/** How a weight may be stored; all of them are read into float32, by the names safetensors uses. */
export const WEIGHT_TYPES = ['F32', 'F16', 'BF16'] as const;

/** One of {@link WEIGHT_TYPES}. */
export type WeightType = (typeof WEIGHT_TYPES)[number];

/** Bytes of one element of every type that can lie in a weight file, also of those that no weight may have. */
export const ITEM_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, U16: 2, I16: 2, F16: 2, BF16: 2, U32: 4, I32: 4, F32: 4, U64: 8, I64: 8, F64: 8, C64: 8,
}; // prettier-ignore

/** Whether a type of safetensors is one that a weight may have. */
export function isWeightType(type: string): type is WeightType {
  return (WEIGHT_TYPES as readonly string[]).includes(type);
}

/** What config.json calls a type (`dtype`, and `torch_dtype` in older files). */
export const DTYPE_NAMES: Readonly<Record<WeightType, string>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };
