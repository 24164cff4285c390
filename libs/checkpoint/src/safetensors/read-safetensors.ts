import type { NamedArrays } from '@leti/nn/model';
import { checkedArrays } from '../checked-arrays.ts';
import { withOpenFile } from '../open-file.ts';
import { requireWeight, type StoredTensor } from '../stored-tensor.ts';
import { headerLengthFrom, LENGTH_BYTES, parseSafetensorsHeader } from './header.ts';

/**
 * Where the tensors of a safetensors file lie, in the order of the file; none of their data is read.
 *
 * @throws {CheckpointNotFoundError} if there is no such file
 * @throws {InvalidCheckpointError} for a truncated or damaged file
 */
export function safetensorsIn(path: string): Promise<StoredTensor[]> {
  return withOpenFile(path, async (file) => {
    const { byteLength, version } = file;
    const start = await file.read(0, Math.min(byteLength, LENGTH_BYTES));
    const header = await file.read(LENGTH_BYTES, headerLengthFrom(path, start, byteLength));
    const stored = { path, byteLength, version };
    return parseSafetensorsHeader(path, header, byteLength).map((entry) => ({ ...entry, file: stored }));
  });
}

/**
 * All arrays of one safetensors file, as {@link checkedArrays} gives them.
 *
 * @throws {CheckpointNotFoundError} if there is no such file
 * @throws {InvalidCheckpointError} for a truncated or damaged file, an integer or float64 tensor, NaN or infinity
 */
export async function readSafetensors(path: string): Promise<NamedArrays> {
  return checkedArrays((await safetensorsIn(path)).map(requireWeight));
}
