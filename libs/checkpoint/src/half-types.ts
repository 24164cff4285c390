import type { WeightType } from './weight-type.ts';

/** A type of two bytes, stored as bit patterns. */
export type HalfType = Exclude<WeightType, 'F32'>;

/** The value of each float16 bit pattern: one look-up is several times faster than arithmetic. */
let float16Values: Float32Array | undefined;

/**
 * Widens stored halves exactly, NaN and infinities included.
 * @param into as many elements as `halves`
 */
export function widen(halves: Uint16Array, type: HalfType, into: Float32Array): void {
  if (type === 'BF16') {
    const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
    return;
  }
  const values = (float16Values ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => float16Value(bits)));
  for (let i = 0; i < halves.length; i++) into[i] = values[halves[i]!]!;
}

/**
 * Narrows to the nearest half, ties to even, as PyTorch does.
 * @throws {RangeError} for a finite value beyond the type's greatest, giving its index
 */
export function narrow(values: Float32Array, type: HalfType): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  const convert = type === 'BF16' ? bfloat16Bits : float16Bits;
  const infinity = type === 'BF16' ? 0x7f80 : 0x7c00;
  for (let i = 0; i < bits.length; i++) {
    const half = convert(bits[i]!);
    if ((half & 0x7fff) === infinity && Number.isFinite(values[i])) {
      throw new RangeError(`want values that ${type} can hold, got ${values[i]} at element ${i}`);
    }
    halves[i] = half;
  }
  return halves;
}

/** Whether a stored half is NaN or infinite: its exponent has every bit set. */
export function isFiniteHalf(half: number, type: HalfType): boolean {
  const exponent = type === 'BF16' ? 0x7f80 : 0x7c00;
  return (half & exponent) !== exponent;
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24; // zero and subnormals
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** @param bits of a float32 */
function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and above round to infinity
  if (magnitude >= 0x38800000) {
    // A normal half: rebias the exponent and let the rounding carry into it.
    return sign | ((magnitude - (112 << 23) + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  // Below 2^-14 a float32 sum with 1/2 has its last bit at 2^-24, the unit of subnormal halves: it rounds for us.
  scratchBits[0] = magnitude;
  scratch[0] = scratch[0]! + 0.5;
  return sign | (scratchBits[0] - 0x3f000000);
}

/** @param bits of a float32 */
function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays NaN when its low bits go
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}
