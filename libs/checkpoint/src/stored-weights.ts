import { join } from 'node:path';
import { InvalidCheckpointError } from './errors.ts';
import { stateDictIn } from './pytorch/state-dict.ts';
import { safetensorsIn } from './safetensors/read-safetensors.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { weightFilesOf } from './weight-files.ts';

/**
 * Where the weights of a Hugging Face folder lie: safetensors or `pytorch_model.bin`, whole or sharded. Headers are
 * read, data is not.
 *
 * @returns tensors in the order of files and positions, each name once
 * @throws {CheckpointNotFoundError} if the folder or a file in it is missing
 * @throws {InvalidCheckpointError} for a damaged or hostile file, and shards that are not what their index says
 */
export async function storedWeights(folder: string): Promise<readonly StoredTensor[]> {
  const { format, index, fileOf, names } = await weightFilesOf(folder);
  const read = format === 'safetensors' ? safetensorsIn : stateDictIn;
  const found = new Map<string, StoredTensor>();
  for (const name of names) {
    for (const tensor of await read(join(folder, name))) {
      const other = found.get(tensor.name);
      if (other !== undefined) {
        throw new InvalidCheckpointError(join(folder, name), `${tensor.name} lies in ${other.file.path} already`);
      }
      found.set(tensor.name, tensor);
    }
  }
  for (const [tensor, name] of fileOf ?? []) {
    if (found.get(tensor)?.file.path !== join(folder, name)) {
      throw new InvalidCheckpointError(join(folder, index!), `want ${tensor} in ${name}, got no such tensor there`);
    }
  }
  return [...found.values()];
}
