import { InvalidWeightsError, requireArray, sizeOf, type NamedArray, type NamedArrays } from '../named-array.ts';
import { columnsToRows, rowsToColumns } from './transpose.ts';

/** An array of a checkpoint, by its Hugging Face name. */
export interface FileArray {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * One trained tensor. Ours hold linear weights as [in, out], Hugging Face's files as [out, in]; and what is one product
 * for us, such as queries, keys and values, may be several arrays there.
 */
export interface Parameter {
  /** The Hugging Face name, or one in its manner where the file has several arrays. */
  readonly name: string;
  /** The arrays of the file; several are stacked on their first axis. */
  readonly files: readonly FileArray[];
  /** Shape of our tensor. */
  readonly shape: readonly number[];
  /**
   * For each column of our [in, out] tensor the row of the file's stacked [out, in]; undefined for tensors stored alike.
   */
  readonly fileRows?: Int32Array;
  /** AdamW decays matrices, and leaves biases and norms alone. */
  readonly decayed: boolean;
  /** What `initialWeights` puts there: `output` is a matrix that writes to the residual stream. */
  readonly initial: 'matrix' | 'output' | 'one' | 'zero';
}

/** A bias, zero at first, or a norm's scale, one at first: [size] here and in the file. */
export function vector(name: string, size: number, initial: 'one' | 'zero'): Parameter {
  return { name, files: [{ name, shape: [size] }], shape: [size], decayed: false, initial };
}

/** A matrix that is stored as we hold it. */
export function table(name: string, rows: number, columns: number): Parameter {
  const shape = [rows, columns];
  return { name, files: [{ name, shape }], shape, decayed: true, initial: 'matrix' };
}

/** A linear layer's weight: [in, out] here, [out, in] in the file. */
export function linear(name: string, inDim: number, outDim: number, initial: 'matrix' | 'output'): Parameter {
  return { ...fusedLinear(name, inDim, [[name, outDim]]), initial };
}

/** Linear layers of one input as one product: their outputs side by side here, an array each in the file. */
export function fusedLinear(
  name: string,
  inDim: number,
  parts: readonly (readonly [name: string, outDim: number])[],
): Parameter {
  const outDim = parts.reduce((sum, [, part]) => sum + part, 0);
  return {
    name,
    files: parts.map(([part, rows]) => ({ name: part, shape: [rows, inDim] })),
    shape: [inDim, outDim],
    fileRows: Int32Array.from({ length: outDim }, (_, i) => i),
    decayed: true,
    initial: 'matrix',
  };
}

/** Biases of the layers of a `fusedLinear`, end to end. */
export function fusedBias(name: string, parts: readonly (readonly [name: string, size: number])[]): Parameter {
  return {
    name,
    files: parts.map(([part, size]) => ({ name: part, shape: [size] })),
    shape: [parts.reduce((sum, [, size]) => sum + size, 0)],
    decayed: false,
    initial: 'zero',
  };
}

/**
 * A parameter's numbers in our layout. They may be the very array that was given: copy before writing.
 * @param prefix of the arrays' names, such as `m.` for optimizer state
 * @throws {InvalidWeightsError} when an array is missing or has another shape than the file should have
 */
export function fromFile(parameter: Parameter, weights: NamedArrays, prefix = ''): Float32Array {
  const data = stacked(parameter.files.map(({ name, shape }) => requireArray(weights, prefix + name, shape)));
  if (parameter.fileRows === undefined) return data;
  const [rows, columns] = parameter.shape as [number, number];
  return rowsToColumns(data, parameter.fileRows, rows, columns);
}

/** The inverse of `fromFile`: new arrays with the numbers in the file's layout, by unprefixed name. */
export function toFile(parameter: Parameter, data: Float32Array): [name: string, array: NamedArray][] {
  const [rows, columns] = parameter.shape as [number, number];
  const { fileRows } = parameter;
  const stack = fileRows === undefined ? data : columnsToRows(data, fileRows, rows, columns);
  if (parameter.files.length === 1 && stack !== data)
    return [[parameter.name, { shape: parameter.files[0]!.shape, data: stack }]];
  let offset = 0;
  return parameter.files.map(({ name, shape }) => {
    const part = stack.slice(offset, (offset += sizeOf(shape)));
    return [name, { shape, data: part }];
  });
}

/**
 * Refuses names that are neither of a parameter nor ignored: a weight that we would leave out is an error.
 * @param isIgnored of a name that old files hold besides the weights
 * @throws {InvalidWeightsError} naming the array
 */
export function checkNames(
  parameters: readonly Parameter[],
  weights: NamedArrays,
  isIgnored: (name: string) => boolean,
): void {
  const known = new Set(parameters.flatMap(({ files }) => files.map(({ name }) => name)));
  for (const name of weights.keys()) {
    if (!known.has(name) && !isIgnored(name)) throw new InvalidWeightsError(`${name} is not a weight of this model`);
  }
}

function stacked(arrays: readonly Float32Array[]): Float32Array {
  if (arrays.length === 1) return arrays[0]!;
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    result.set(array, offset);
    offset += array.length;
  }
  return result;
}
