/** Numbers that can be compared: one, a list, a typed array, or a list of such. */
export type Numbers = number | readonly Numbers[] | ArrayLike<number>;

/** How near is near: |received - expected| <= atol + rtol · |expected|. */
export interface Tolerance {
  /** @default 1e-5 */
  readonly rtol?: number;
  /** @default 1e-8 */
  readonly atol?: number;
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Whether all numbers are close, as numpy.allclose says: NaN is close to NaN, an infinity only to itself. Shapes must be
 * the same; a typed array counts as a list.
 */
export function toBeAllClose(received: unknown, expected: Numbers, tolerance: Tolerance = {}): MatcherResult {
  const { rtol = 1e-5, atol = 1e-8 } = tolerance;
  const [got, want] = [flatten(received), flatten(expected)];
  if (got.shape !== want.shape) {
    return { pass: false, message: () => `expected shape [${want.shape}], got [${got.shape}]` };
  }
  const isClose = (value: number, target: number): boolean =>
    Object.is(value, target) ||
    value === target ||
    (Number.isFinite(target) && Math.abs(value - target) <= atol + rtol * Math.abs(target));
  const errors = want.values.map((target, index) => {
    const value = got.values[index] ?? Number.NaN;
    if (isClose(value, target)) return 0;
    const error = Math.abs(value - target);
    return Number.isNaN(error) ? Infinity : error;
  });
  const wrong = errors.filter((error) => error > 0).length;
  const worst = errors.indexOf(Math.max(...chunkMaxima(errors)));
  return {
    pass: wrong === 0,
    message: () =>
      wrong === 0
        ? `expected some of ${errors.length} numbers not to be close (rtol ${rtol}, atol ${atol})`
        : `${wrong} of ${errors.length} numbers are not close (rtol ${rtol}, atol ${atol}); worst at flat index ` +
          `${worst}: expected ${want.values[worst]}, got ${got.values[worst]}`,
  };
}

/** Maxima of pieces, because Math.max takes no more than some ten thousand arguments. */
function chunkMaxima(values: readonly number[]): number[] {
  const maxima: number[] = [0];
  for (let start = 0; start < values.length; start += 4096) maxima.push(Math.max(...values.slice(start, start + 4096)));
  return maxima;
}

function flatten(value: unknown): { shape: string; values: number[] } {
  if (typeof value === 'number') return { shape: '', values: [value] };
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const values = Array.from(value as unknown as ArrayLike<number | bigint>, Number);
    return { shape: String(values.length), values };
  }
  if (!Array.isArray(value)) throw new TypeError(`toBeAllClose compares numbers and lists, got ${typeof value}`);
  const parts = value.map(flatten);
  const shapes = new Set(parts.map(({ shape }) => shape));
  if (shapes.size > 1)
    throw new TypeError(`toBeAllClose needs lists of equal shapes, got [${[...shapes].join('], [')}]`);
  const inner = parts[0]?.shape ?? '';
  return {
    shape: [value.length, inner].filter((part) => part !== '').join(', '),
    values: parts.flatMap((part) => part.values),
  };
}
