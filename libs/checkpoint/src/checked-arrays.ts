import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NamedArray, NamedArrays } from '@leti/nn/model';
import { InvalidCheckpointError } from './errors.ts';
import { isFiniteHalf, widen } from './half-types.ts';
import { readFloat32, wordsOf, type StoredWeight } from './stored-tensor.ts';

/**
 * Float32 arrays over stored tensors, every number checked to be finite. Nothing stays in memory: `data` is read from
 * the file, and widened, each time that it is asked for. Keep what is needed twice; let go of the rest, and loading a
 * model takes no more than its largest tensor beside what is made of it. The system's page cache holds the file.
 *
 * A later `data` throws an `InvalidCheckpointError` if the file has been replaced or written to meanwhile, and a
 * `CheckpointNotFoundError` if it has gone.
 *
 * @returns arrays by name, in the order given
 * @throws {InvalidCheckpointError} naming the first tensor that holds NaN or an infinity
 */
export async function checkedArrays(tensors: readonly StoredWeight[]): Promise<NamedArrays> {
  for (const tensor of tensors) await requireFinite(tensor);
  return new Map(tensors.map((tensor) => [tensor.name, lazyArray(tensor)]));
}

function lazyArray(tensor: StoredWeight): NamedArray {
  return {
    shape: tensor.shape,
    get data() {
      return readFloat32(tensor);
    },
  };
}

/** Reads a tensor once, giving other work a turn between pieces. @throws {InvalidCheckpointError} naming the element */
export async function requireFinite(tensor: StoredWeight): Promise<void> {
  const { name, type, file } = tensor;
  let done = 0;
  for (const words of wordsOf(tensor)) {
    const index = words instanceof Uint32Array ? nonFiniteFloat(words) : nonFiniteHalf(words, type as 'F16' | 'BF16');
    if (index !== -1) {
      const problem = `${name} must be finite, got ${valueOf(words, type, index)} at element ${done + index}`;
      throw new InvalidCheckpointError(file.path, problem);
    }
    done += words.length;
    await nextTurn();
  }
}

function nonFiniteFloat(words: Uint32Array): number {
  for (let i = 0; i < words.length; i++) if ((words[i]! & 0x7f800000) === 0x7f800000) return i;
  return -1;
}

function nonFiniteHalf(words: Uint16Array, type: 'F16' | 'BF16'): number {
  for (let i = 0; i < words.length; i++) if (!isFiniteHalf(words[i]!, type)) return i;
  return -1;
}

function valueOf(words: Uint16Array | Uint32Array, type: StoredWeight['type'], index: number): number {
  const value = new Float32Array(1);
  if (type === 'F32') new Uint32Array(value.buffer)[0] = words[index]!;
  else widen(words.subarray(index, index + 1) as Uint16Array, type, value);
  return value[0]!;
}
