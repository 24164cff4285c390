/** Side of the squares that a transposition goes by. */
const TILE = 32;

/**
 * One square on its way. Both large arrays are then walked line by line: a step of a power of two from line to line, as
 * matrices have it, would put all of them in the same few places of the processor's cache.
 */
const square = new Float32Array(TILE * (TILE + 1));

/**
 * A matrix [out, in] as [in, out], its rows in another order: 2.6 times as fast as element by element.
 * @param fileRows int32 [out]: for each column of the result the row of `data`
 * @param rows in @param columns out @returns a new array
 */
export function rowsToColumns(
  data: Float32Array,
  fileRows: Int32Array,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(data.length);
  forEachSquare(rows, columns, ({ top, left, height, width }) => {
    for (let c = 0; c < width; c++) {
      const start = fileRows[left + c]! * rows + top;
      for (let r = 0; r < height; r++) square[r * (TILE + 1) + c] = data[start + r]!;
    }
    for (let r = 0; r < height; r++) {
      const start = (top + r) * columns + left;
      for (let c = 0; c < width; c++) result[start + c] = square[r * (TILE + 1) + c]!;
    }
  });
  return result;
}

/** The inverse of `rowsToColumns`. */
export function columnsToRows(
  data: Float32Array,
  fileRows: Int32Array,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(data.length);
  forEachSquare(rows, columns, ({ top, left, height, width }) => {
    for (let r = 0; r < height; r++) {
      const start = (top + r) * columns + left;
      for (let c = 0; c < width; c++) square[c * (TILE + 1) + r] = data[start + c]!;
    }
    for (let c = 0; c < width; c++) {
      const start = fileRows[left + c]! * rows + top;
      for (let r = 0; r < height; r++) result[start + r] = square[c * (TILE + 1) + r]!;
    }
  });
  return result;
}

interface Square {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Visits a matrix [rows, columns] square by square, the last ones narrower. */
function forEachSquare(rows: number, columns: number, visit: (at: Square) => void): void {
  for (let left = 0; left < columns; left += TILE) {
    const width = Math.min(TILE, columns - left);
    for (let top = 0; top < rows; top += TILE) visit({ top, left, height: Math.min(TILE, rows - top), width });
  }
}
