import { describe, expect, test } from 'vitest';
import '../testing/matchers.ts';
import { normFolded, scaleColumns, sideBySide, transposed, withoutRowMeans } from './folding.ts';

describe('folding', () => {
  test('withoutRowMeans leaves rows whose sum is 0', () => {
    expect([...withoutRowMeans(Float32Array.of(1, 2, 3, -4, 0, 10), 3)]).toEqual([-1, 0, 1, -6, -2, 8]);
  });

  test('normFolded takes scale and shift of the input into matrix and bias', () => {
    // x = [1, 2], scaled by [2, 3] and shifted by [10, 20]: [12, 26].
    const matrix = Float32Array.of(1, 2, 3, 4, 5, 6);
    const { matrix: folded, bias } = normFolded(matrix, Float32Array.of(1, 1, 1), Float32Array.of(2, 3), Float32Array.of(10, 20)); // prettier-ignore
    const outputs = [0, 1, 2].map((column) => folded[column]! + 2 * folded[3 + column]! + bias[column]!);
    expect(outputs).toEqual([12 * 1 + 26 * 4 + 1, 12 * 2 + 26 * 5 + 1, 12 * 3 + 26 * 6 + 1]);
  });

  test('scaleColumns scales the first outputs', () => {
    const linear = { matrix: Float32Array.of(1, 2, 3, 4), bias: Float32Array.of(5, 6) };
    scaleColumns(linear, 1, 10);
    expect(linear).toEqual({ matrix: Float32Array.of(10, 2, 30, 4), bias: Float32Array.of(50, 6) });
  });

  test('sideBySide joins rows', () => {
    expect([...sideBySide(2, Float32Array.of(1, 2), Float32Array.of(3, 4, 5, 6))]).toEqual([1, 3, 4, 2, 5, 6]);
  });

  test('transposed turns a matrix, larger than a tile too', () => {
    const [rows, columns] = [70, 130];
    const matrix = Float32Array.from({ length: rows * columns }, (_, i) => i);
    const turned = transposed(matrix, rows);
    for (const [row, column] of [[0, 0], [69, 129], [3, 100], [65, 64]] as const) {
      expect(turned[column * rows + row]).toBe(matrix[row * columns + column]);
    } // prettier-ignore
    expect([...transposed(turned, columns)]).toEqual([...matrix]);
  });
});
