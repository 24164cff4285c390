import { join } from 'node:path';
import { writeJson } from '../flushed-files.ts';
import type { TensorToWrite } from './tensor-to-write.ts';
import { writeTensors } from './write-safetensors.ts';

/**
 * Writes a model's weights into a folder: as `model.safetensors`, or when they take more than `maxShardBytes` as
 * `model-00001-of-00003.safetensors` and so on, with the index that transformers reads. A tensor is never cut.
 *
 * @param maxShardBytes of data in a file; a larger tensor has a file of its own. Default: never more than one file
 * @throws {RangeError} as {@link writeTensors}
 */
export async function writeModel(
  folder: string,
  tensors: readonly TensorToWrite[],
  maxShardBytes = Infinity,
): Promise<void> {
  const shards = shardsOf(tensors, maxShardBytes);
  if (shards.length === 1) return writeTensors(join(folder, 'model.safetensors'), shards[0]!);
  const weightMap: [tensor: string, file: string][] = [];
  const digits = (number: number): string => String(number).padStart(5, '0');
  for (const [i, shard] of shards.entries()) {
    const name = `model-${digits(i + 1)}-of-${digits(shards.length)}.safetensors`;
    await writeTensors(join(folder, name), shard);
    for (const tensor of shard) weightMap.push([tensor.name, name]);
  }
  const totalBytes = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  await writeJson(join(folder, 'model.safetensors.index.json'), {
    metadata: { total_size: totalBytes },
    weight_map: Object.fromEntries(weightMap),
  });
}

/** Cuts the list, sorted by name, where the next tensor would not fit. */
function shardsOf(tensors: readonly TensorToWrite[], maxShardBytes: number): TensorToWrite[][] {
  const shards: TensorToWrite[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (bytes > 0 && bytes + tensor.byteLength > maxShardBytes) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(tensor);
    bytes += tensor.byteLength;
  }
  return shards;
}
