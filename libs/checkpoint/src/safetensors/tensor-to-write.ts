import { sizeOf, type NamedArray } from '@leti/nn/model';
import { narrow } from '../half-types.ts';
import { readFloat32, wordsOf, type StoredWeight } from '../stored-tensor.ts';
import { ITEM_BYTES, type WeightType } from '../weight-type.ts';

/** A tensor on its way into a file. Its data is made when it is written, so that a model is never held whole. */
export interface TensorToWrite {
  readonly name: string;
  readonly type: WeightType;
  readonly shape: readonly number[];
  readonly byteLength: number;
  /** The data in pieces, `byteLength` bytes in all. @throws {RangeError} when it is not what was announced */
  chunks(): Iterable<Uint8Array>;
}

/** An array, rounded to `type`. Its chunks throw a RangeError if its length is not the product of its shape. */
export function arrayToWrite(name: string, array: NamedArray, type: WeightType): TensorToWrite {
  const { shape } = array;
  return {
    ...announced(name, type, shape),
    *chunks() {
      const { data } = array;
      if (data.length !== sizeOf(shape)) {
        throw new RangeError(
          `writeSafetensors: ${name} must hold ${sizeOf(shape)} elements for shape [${shape.join(', ')}], got ${data.length}`,
        );
      }
      yield bytesAs(name, data, type);
    },
  };
}

/** A stored tensor: bit for bit where `type` is its own, rounded otherwise. */
export function storedToWrite(tensor: StoredWeight, type: WeightType = tensor.type): TensorToWrite {
  const { name, shape } = tensor;
  return {
    ...announced(name, type, shape),
    *chunks() {
      if (type === tensor.type) {
        for (const words of wordsOf(tensor)) yield new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
      } else yield bytesAs(name, readFloat32(tensor), type);
    },
  };
}

/** A tensor with `rows` more at its end, each of them `row` rounded to the tensor's type. */
export function withRows(tensor: TensorToWrite, rows: number, row: Float32Array): TensorToWrite {
  const [before = 0, ...rest] = tensor.shape;
  return {
    ...announced(tensor.name, tensor.type, [before + rows, ...rest]),
    *chunks() {
      yield* tensor.chunks();
      const bytes = bytesAs(tensor.name, row, tensor.type);
      for (let i = 0; i < rows; i++) yield bytes;
    },
  };
}

function announced(name: string, type: WeightType, shape: readonly number[]): Omit<TensorToWrite, 'chunks'> {
  return { name, type, shape, byteLength: sizeOf(shape) * ITEM_BYTES[type]! };
}

function bytesAs(name: string, data: Float32Array, type: WeightType): Uint8Array {
  if (type === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  try {
    return new Uint8Array(narrow(data, type).buffer);
  } catch (cause) {
    throw new RangeError(`writeSafetensors: ${name}: ${(cause as Error).message}`, { cause });
  }
}
