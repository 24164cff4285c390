import { InvalidCheckpointError } from '../errors.ts';
import type { OpenFile } from '../open-file.ts';
import { ITEM_BYTES } from '../weight-type.ts';
import { tensorWorld } from './tensor-world.ts';
import type { TorchArchive } from './torch-archive.ts';
import { unpickle } from './unpickle.ts';
import { dataPositionOf, zipEntriesIn, type ZipEntry } from './zip-entries.ts';

/** Far more than the pickle of any model takes: about 200 bytes a tensor. */
export const MAX_PICKLE_BYTES = 64 << 20;

/**
 * The format of torch.save since PyTorch 1.6: a zip archive `NAME/data.pkl`, `NAME/data/KEY` per storage.
 * @throws {InvalidCheckpointError} {PickleError}
 */
export async function readZipArchive(file: OpenFile): Promise<TorchArchive> {
  const entries = await zipEntriesIn(file);
  const pickles = [...entries.values()].filter(({ name }) => /^[^/]*\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    throw new InvalidCheckpointError(file.path, `want one data.pkl in the archive, got ${pickles.length}`);
  }
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) {
    throw new InvalidCheckpointError(file.path, 'want a dict of tensors, got a TorchScript program');
  }
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined && order.byteLength !== 6) {
    throw new InvalidCheckpointError(file.path, 'want little-endian numbers, got another byte order');
  }
  if (pickle.byteLength > MAX_PICKLE_BYTES) {
    throw new InvalidCheckpointError(
      file.path,
      `data.pkl must have <= ${MAX_PICKLE_BYTES} bytes, got ${pickle.byteLength}`,
    );
  }
  const bytes = await file.read(await dataPositionOf(file, pickle), pickle.byteLength);
  const { value } = unpickle(bytes, tensorWorld);
  const positions = new Map<ZipEntry, number>();
  return {
    value,
    async positionOf({ key, type, length }) {
      const entry = entries.get(`${folder}data/${key}`);
      const wanted = length * ITEM_BYTES[type]!;
      if (entry === undefined || entry.byteLength !== wanted) {
        const got = entry === undefined ? 'no such file' : `${entry.byteLength}`;
        const problem = `data/${key.slice(0, 40)} must have ${wanted} bytes, got ${got}`;
        throw new InvalidCheckpointError(file.path, problem);
      }
      const position = positions.get(entry) ?? (await dataPositionOf(file, entry));
      positions.set(entry, position);
      return position;
    },
  };
}
