import { sizeOf } from '@leti/nn/model';
import { type PickleValue, type PickleWorld } from './unpickle.ts';

/** A run of numbers of one type that tensors are views of. */
export class Storage {
  /** By safetensors' name, e.g. `F16`. */
  readonly type: string;
  readonly key: string;
  /** Number of elements. */
  readonly length: number;

  constructor(type: string, key: string, length: number) {
    this.type = type;
    this.key = key;
    this.length = length;
  }
}

/** A view of a storage. Offset and strides are in elements; every index lies inside of the storage. */
export class TensorView {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

class StorageType {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

const STORAGE_TYPES: ReadonlyMap<string, StorageType> = new Map(
  Object.entries({
    FloatStorage: 'F32', HalfStorage: 'F16', BFloat16Storage: 'BF16', DoubleStorage: 'F64', LongStorage: 'I64', IntStorage: 'I32',
    ShortStorage: 'I16', CharStorage: 'I8', ByteStorage: 'U8', BoolStorage: 'BOOL',
  }).map(([name, type]) => [name, new StorageType(type)]),
); // prettier-ignore

/** The functions that a state dict calls; here they are only names for what happens below. */
const CALLABLE: ReadonlyMap<string, object> = new Map(
  ['collections.OrderedDict', 'torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_parameter'].map((name) => [
    name,
    Object.freeze({ name }),
  ]),
);

const [ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER] = [...CALLABLE.values()];

/** All that a pickled state dict may name: an ordered dict, tensors and the storages that they are views of. */
export const tensorWorld: PickleWorld = {
  global(module, name) {
    const found = module === 'torch' ? STORAGE_TYPES.get(name) : CALLABLE.get(`${module}.${name}`);
    if (found !== undefined) return found;
    const full = `${module}.${name}`;
    throw new Error(
      `want only tensors and dicts, got a use of ${JSON.stringify(full.slice(0, 80))}; nothing of it was run`,
    );
  },
  call(callee, args) {
    if (callee === ORDERED_DICT && args.length === 0) return new Map<PickleValue, PickleValue>();
    if (callee === REBUILD_TENSOR) return viewOf(args);
    if (callee === REBUILD_PARAMETER && args[0] instanceof TensorView) return args[0];
    throw new Error('want calls that make a dict or a tensor only');
  },
  persistent(id) {
    if (Array.isArray(id)) {
      const [kind, type, key, , length, view] = id;
      if (
        kind === 'storage' &&
        type instanceof StorageType &&
        typeof key === 'string' &&
        isSize(length) &&
        view == null
      ) {
        return new Storage(type.type, key, length);
      }
    }
    throw new Error('want a persistent id of a storage');
  },
};

function viewOf([storage, offset, shape, strides]: readonly PickleValue[]): TensorView {
  if (!(storage instanceof Storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
    throw new Error('want a tensor of a storage, an offset, a shape and strides');
  }
  if (shape.length !== strides.length) throw new Error(`want a stride for each of ${shape.length} axes`);
  const count = sizeOf(shape);
  const last = count === 0 ? -1 : offset + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  // A view that repeats elements could be of any size; no weight is one.
  if (!(count <= storage.length && last < storage.length)) {
    throw new Error(
      `want a tensor inside of its storage of ${storage.length}, got shape [${shape.slice(0, 8).join(', ')}] at ${offset}`,
    );
  }
  return new TensorView(storage, offset, shape, strides);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isSize);
}
