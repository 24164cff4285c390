import { open } from 'node:fs/promises';
import type { NamedArrays } from '@leti/nn/model';
import { ITEM_BYTES, type WeightType } from '../weight-type.ts';
import { arrayToWrite, type TensorToWrite } from './tensor-to-write.ts';

/**
 * Writes tensors as one safetensors file and flushes it to the disk. The same tensors give the same bytes, whatever
 * order they come in: they lie with the widest elements first, so that each is aligned, then by name.
 *
 * @param path a file that must not exist yet
 * @throws {RangeError} for a tensor that cannot be written as it claims to be; a part of the file is then there
 */
export async function writeTensors(path: string, tensors: readonly TensorToWrite[]): Promise<void> {
  const sorted = tensors.toSorted((a, b) => widthOf(b) - widthOf(a) || (a.name < b.name ? -1 : 1));
  // transformers refuses a file that does not say which framework's layout it has.
  const header: [name: string, entry: unknown][] = [['__metadata__', { format: 'pt' }]];
  let offset = 0;
  for (const { name, type, shape, byteLength } of sorted) {
    if (name === '__metadata__') throw new RangeError(`writeSafetensors: a tensor must not be called ${name}`);
    header.push([name, { dtype: type, shape, data_offsets: [offset, (offset += byteLength)] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON keep the data aligned to 8 bytes for readers that map the file.
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(padded.length), true);

  const file = await open(path, 'wx');
  try {
    await file.writeFile(start);
    await file.writeFile(padded);
    for (const tensor of sorted) {
      for (const chunk of tensor.chunks()) await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes arrays as one safetensors file, see {@link writeTensors}.
 * @param type what they are rounded to; float32 as they are by default
 * @throws {RangeError} if an array's length is not the product of its shape, or a value is beyond the type's greatest
 */
export function writeSafetensors(path: string, arrays: NamedArrays, type: WeightType = 'F32'): Promise<void> {
  return writeTensors(
    path,
    Array.from(arrays, ([name, array]) => arrayToWrite(name, array, type)),
  );
}

const widthOf = ({ type }: TensorToWrite): number => ITEM_BYTES[type]!;
