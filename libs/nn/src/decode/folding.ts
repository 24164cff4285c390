/** A linear layer's numbers. */
export interface Linear {
  /** [in, out], row by row */
  readonly matrix: Float32Array;
  /** [out] */
  readonly bias: Float32Array;
}

/** Each row of `width` numbers minus its mean: a new array. */
export function withoutRowMeans(data: Float32Array, width: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += data[start + i]!;
    const mean = sum / width;
    for (let i = 0; i < width; i++) result[start + i] = data[start + i]! - mean;
  }
  return result;
}

/** (x · scale + shift) W + b as x W' + b': new arrays. @param scale of each row @param shift of each row; none is 0 */
export function normFolded(
  matrix: Float32Array,
  bias: Float32Array,
  scale: Float32Array,
  shift?: Float32Array,
): Linear {
  const width = bias.length;
  const foldedMatrix = new Float32Array(matrix.length);
  const foldedBias = Float64Array.from(bias);
  for (let row = 0; row < scale.length; row++) {
    const [factor, offset, start] = [scale[row]!, shift?.[row] ?? 0, row * width];
    for (let i = start; i < start + width; i++) foldedMatrix[i] = matrix[i]! * factor;
    if (offset === 0) continue;
    for (let column = 0; column < width; column++) foldedBias[column]! += matrix[start + column]! * offset;
  }
  return { matrix: foldedMatrix, bias: Float32Array.from(foldedBias) };
}

/** Multiplies the first `count` outputs by `factor`, in place. */
export function scaleColumns({ matrix, bias }: Linear, count: number, factor: number): void {
  for (let start = 0; start < matrix.length; start += bias.length) {
    for (let column = 0; column < count; column++) matrix[start + column]! *= factor;
  }
  for (let column = 0; column < count; column++) bias[column]! *= factor;
}

/** Two row-major matrices of the same number of rows, joined row by row; with one row, end to end. */
export function sideBySide(rows: number, left: Float32Array, right: Float32Array): Float32Array {
  const leftWidth = left.length / rows;
  const rightWidth = right.length / rows;
  const joined = new Float32Array(left.length + right.length);
  for (let row = 0; row < rows; row++) {
    const start = row * (leftWidth + rightWidth);
    joined.set(left.subarray(row * leftWidth, (row + 1) * leftWidth), start);
    joined.set(right.subarray(row * rightWidth, (row + 1) * rightWidth), start + leftWidth);
  }
  return joined;
}

/** The transpose of a row-major matrix. */
export function transposed(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  const result = new Float32Array(matrix.length);
  const tile = 64; // squares that fit the processor's cache
  for (let top = 0; top < rows; top += tile) {
    for (let left = 0; left < columns; left += tile) {
      for (let row = top; row < Math.min(rows, top + tile); row++) {
        for (let column = left; column < Math.min(columns, left + tile); column++) {
          result[column * rows + row] = matrix[row * columns + column]!;
        }
      }
    }
  }
  return result;
}
