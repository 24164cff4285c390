import { describe, expect, test } from 'vitest';
import { columnsToRows, rowsToColumns } from './transpose.ts';

describe('rowsToColumns', () => {
  // Not a multiple of the squares it goes by, in either direction, and rows in an order of their own.
  const [rows, columns] = [70, 33];
  const fileRows = Int32Array.from({ length: columns }, (_, i) => (i * 7) % columns);
  const data = Float32Array.from({ length: rows * columns }, (_, i) => i);
  const result = rowsToColumns(data, fileRows, rows, columns);

  test('puts each row where its column belongs', () => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        expect(result[row * columns + column]).toBe(data[fileRows[column]! * rows + row]);
      }
    }
  });

  test('is undone by columnsToRows', () => {
    expect(columnsToRows(result, fileRows, rows, columns)).toEqual(data);
  });
});
