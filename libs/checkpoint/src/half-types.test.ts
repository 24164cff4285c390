import { describe, expect, test } from 'vitest';
import { isFiniteHalf, narrow, widen, type HalfType } from './half-types.ts';

const everyHalf = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits);

function widened(halves: Uint16Array, type: HalfType): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length);
  widen(halves, type, values);
  return values;
}

/** What the JavaScript engine itself makes of float16, where it has the type. */
const engine = (globalThis as { Float16Array?: new (data: ArrayBuffer | ArrayLike<number>) => ArrayLike<number> & ArrayBufferView })
  .Float16Array; // prettier-ignore

describe.each<HalfType>(['F16', 'BF16'])('%s', (type) => {
  test('comes back from float32 bit for bit, for every finite value, zeros and infinities', () => {
    const kept = everyHalf.filter(
      (half) => isFiniteHalf(half, type) || !Number.isNaN(widened(Uint16Array.of(half), type)[0]),
    );
    expect(narrow(widened(kept, type), type)).toEqual(kept);
    expect(kept.length).toBe((1 << 16) - (type === 'F16' ? 2 * 1023 : 2 * 127));
  });

  test('rounds to the nearest, ties to even, at every midpoint and beside it', () => {
    const step = type === 'F16' ? 1 << 13 : 1 << 16; // float32 bits between two halves that are normal
    const least = type === 'F16' ? 0x0400 : 0x0080;
    const greatest = type === 'F16' ? 0x7bff : 0x7f7f;
    const wrong: number[] = [];
    for (let half = least; half < greatest; half++) {
      const below = new Uint32Array(widened(Uint16Array.of(half), type).buffer)[0]!;
      const bits = Uint32Array.of(below + step / 2 - 1, below + step / 2, below + step / 2 + 1);
      const [down, tie, up] = narrow(new Float32Array(bits.buffer), type);
      if (down !== half || tie !== half + (half & 1) || up !== half + 1) wrong.push(half);
    }
    expect(wrong).toEqual([]);
  });

  test('refuses to make an infinity of a finite number', () => {
    const greatest = type === 'F16' ? 65519.99 : 3.3895e38;
    expect(() => narrow(Float32Array.of(1, greatest), type)).not.toThrow();
    const beyond = type === 'F16' ? 65520 : 3.4e38;
    expect(() => narrow(Float32Array.of(1, -beyond), type)).toThrow(/at element 1$/);
  });

  test('keeps NaN and infinities', () => {
    const [nan, plus, minus] = widened(narrow(Float32Array.of(NaN, Infinity, -Infinity), type), type);
    expect([nan, plus, minus]).toEqual([NaN, Infinity, -Infinity]);
    const quietBitOnly = new Float32Array(Uint32Array.of(0x7f800001).buffer); // a NaN that truncation would lose
    expect(widened(narrow(quietBitOnly, type), type)[0]).toBeNaN();
  });
});

test.skipIf(engine === undefined)('F16 is what the engine makes of it, for every half and for subnormal ties', () => {
  const theirs = new engine!(everyHalf.buffer as ArrayBuffer);
  const ours = widened(everyHalf, 'F16');
  expect(everyHalf.findIndex((half) => !Object.is(theirs[half], ours[half]))).toBe(-1);
  const values = Float32Array.from({ length: 4096 }, (_, i) => (i / 2 + 0.25 * (i % 3)) * 2 ** -24);
  expect(narrow(values, 'F16')).toEqual(new Uint16Array(new engine!(values).buffer as ArrayBuffer));
});
