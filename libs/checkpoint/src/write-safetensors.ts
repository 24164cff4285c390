import { open } from 'node:fs/promises';
import type { NamedArrays } from '@leti/nn/model';

/**
 * Writes arrays as one float32 safetensors file and flushes it to the disk. The same arrays give the same bytes,
 * whatever order they come in: tensors lie sorted by name.
 *
 * @param path a file that must not exist yet
 * @throws {RangeError} if an array's length is not the product of its shape
 */
export async function writeSafetensors(path: string, arrays: NamedArrays): Promise<void> {
  const names = [...arrays.keys()].sort();
  // transformers refuses a file that does not say which framework's layout it has.
  const header: [name: string, entry: unknown][] = [['__metadata__', { format: 'pt' }]];
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const name of names) {
    const { shape, data } = arrays.get(name)!;
    const length = shape.reduce((product, size) => product * size, 1);
    if (data.length !== length) {
      throw new RangeError(
        `writeSafetensors: ${name} must hold ${length} elements for shape [${shape.join(', ')}], got ${data.length}`,
      );
    }
    if (name === '__metadata__') throw new RangeError(`writeSafetensors: a tensor must not be called ${name}`);
    header.push([name, { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }]);
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the JSON keep the data aligned to 8 bytes for readers that map the file.
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(padded.length), true);

  const file = await open(path, 'wx');
  try {
    for (const chunk of [start, padded, ...chunks]) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}
