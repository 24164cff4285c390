import type { Storage } from './tensor-world.ts';
import type { PickleValue } from './unpickle.ts';

/** What both of PyTorch's formats hold: a pickled object, and where its storages lie. */
export interface TorchArchive {
  readonly value: PickleValue;
  /**
   * Position of a storage's first element in the file, in bytes.
   * @throws {InvalidCheckpointError} when it is not there whole
   */
  positionOf(storage: Storage): Promise<number>;
}
