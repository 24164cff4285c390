import { InvalidCheckpointError } from '../errors.ts';
import type { OpenFile } from '../open-file.ts';
import { ITEM_BYTES } from '../weight-type.ts';
import { type Storage, tensorWorld } from './tensor-world.ts';
import type { TorchArchive } from './torch-archive.ts';
import { unpickle, type PickleValue, type PickleWorld } from './unpickle.ts';
import { MAX_PICKLE_BYTES } from './zip-archive.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/**
 * The format of torch.save before PyTorch 1.6: five pickles in a row — a magic number, a version, the writer's system,
 * the object, the keys of its storages — and then each storage, its length in elements before it.
 * @throws {InvalidCheckpointError} {PickleError}
 */
export async function readOldArchive(file: OpenFile): Promise<TorchArchive> {
  const bytes = await file.read(0, Math.min(file.byteLength, MAX_PICKLE_BYTES));
  let position = 0;
  const next = (world: PickleWorld): PickleValue => {
    const { value, end } = unpickle(bytes.subarray(position), world);
    position += end;
    return value;
  };
  const head = [next(tensorWorld), next(tensorWorld)];
  const system = next(tensorWorld);
  if (head[0] !== MAGIC || head[1] !== PROTOCOL || !(system instanceof Map) || system.get('little_endian') !== true) {
    throw new InvalidCheckpointError(file.path, 'want a little-endian file that torch.save wrote, got another pickle');
  }
  const storages = new Map<string, Storage>();
  const value = next({
    ...tensorWorld,
    persistent(id) {
      const storage = tensorWorld.persistent(id) as Storage;
      storages.set(storage.key, storage);
      return storage;
    },
  });
  const keys = next(tensorWorld);
  const positions = await locate(file, keys, storages, position);
  return {
    value,
    positionOf({ key }) {
      const found = positions.get(key);
      if (found !== undefined) return Promise.resolve(found);
      return Promise.reject(new InvalidCheckpointError(file.path, `want storage ${key.slice(0, 40)}, got no such key`));
    },
  };
}

async function locate(
  file: OpenFile,
  keys: PickleValue,
  storages: ReadonlyMap<string, Storage>,
  start: number,
): Promise<ReadonlyMap<string, number>> {
  const positions = new Map<string, number>();
  let position = start;
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined) throw new InvalidCheckpointError(file.path, 'want only storages of tensors');
    const length = new DataView((await file.read(position, 8)).buffer).getBigUint64(0, true);
    position += 8;
    const byteLength = storage.length * ITEM_BYTES[storage.type]!;
    if (length !== BigInt(storage.length) || position + byteLength > file.byteLength) {
      const problem = `storage ${storage.key.slice(0, 40)} must have ${storage.length} elements, got ${length} or the end`;
      throw new InvalidCheckpointError(file.path, problem);
    }
    positions.set(storage.key, position);
    position += byteLength;
  }
  return positions;
}
