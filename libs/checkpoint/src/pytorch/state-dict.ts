import { sizeOf } from '@leti/nn/model';
import { InvalidCheckpointError } from '../errors.ts';
import { withOpenFile, type OpenFile } from '../open-file.ts';
import type { StoredFile, StoredTensor } from '../stored-tensor.ts';
import { ITEM_BYTES } from '../weight-type.ts';
import { readOldArchive } from './old-archive.ts';
import { TensorView } from './tensor-world.ts';
import type { TorchArchive } from './torch-archive.ts';
import { PickleError, type PickleValue } from './unpickle.ts';
import { readZipArchive } from './zip-archive.ts';

/**
 * Where the tensors of a `pytorch_model.bin` lie: a zip archive as PyTorch writes it since 1.6, or its format before
 * that. The pickle in it is read by `unpickle`, which runs nothing; none of the numbers are read.
 *
 * @returns tensors by position
 * @throws {CheckpointNotFoundError} if there is no such file
 * @throws {InvalidCheckpointError} for a truncated or damaged file, a pickle of anything but a flat dict of tensors,
 *   a tensor that is not inside of its storage, or a TorchScript program
 */
export function stateDictIn(path: string): Promise<StoredTensor[]> {
  return withOpenFile(path, async (file) => {
    try {
      const archive = await openArchive(file);
      const tensors: StoredTensor[] = [];
      for (const [name, value] of stateDictEntries(archive.value)) {
        tensors.push(storedTensor(file, name, value, await archive.positionOf(value.storage)));
      }
      return tensors.toSorted((a, b) => a.position - b.position);
    } catch (error) {
      if (error instanceof PickleError) throw new InvalidCheckpointError(path, error.message, { cause: error });
      throw error;
    }
  });
}

async function openArchive(file: OpenFile): Promise<TorchArchive> {
  const [a, b] = await file.read(0, Math.min(2, file.byteLength));
  if (a === 0x50 && b === 0x4b) return readZipArchive(file); // "PK"
  if (a === 0x80) return readOldArchive(file); // a pickle of protocol 2
  throw new InvalidCheckpointError(file.path, 'want a file that torch.save wrote, got another format');
}

function* stateDictEntries(value: PickleValue): Generator<[string, TensorView]> {
  if (!(value instanceof Map)) throw new PickleError(0, 'want a dict of tensors');
  for (const [name, tensor] of value as Map<PickleValue, PickleValue>) {
    if (typeof name !== 'string') throw new PickleError(0, `want a dict of names, got a key of type ${typeof name}`);
    if (!(tensor instanceof TensorView)) {
      throw new PickleError(
        0,
        `want a flat dict of tensors, got something else as ${JSON.stringify(name.slice(0, 80))}`,
      );
    }
    yield [name, tensor];
  }
}

function storedTensor(file: OpenFile, name: string, view: TensorView, storagePosition: number): StoredTensor {
  const { shape, strides, storage, offset } = view;
  const itemBytes = ITEM_BYTES[storage.type]!;
  const dense = isDense(shape, strides);
  const span = sizeOf(shape) === 0 ? 0 : 1 + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
  const { path, byteLength, version } = file;
  const stored: StoredFile = { path, byteLength, version };
  return {
    name,
    type: storage.type,
    shape,
    file: stored,
    position: storagePosition + offset * itemBytes,
    byteLength: span * itemBytes,
    ...(dense ? {} : { strides }),
  };
}

/** Whether elements lie in row-major order without gaps. The stride of an axis of one index says nothing. */
function isDense(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return sizeOf(shape) === 0;
    expected *= shape[axis]!;
  }
  return true;
}
