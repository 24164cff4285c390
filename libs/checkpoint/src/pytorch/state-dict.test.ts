import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenPath, temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { CheckpointNotFoundError, InvalidCheckpointError } from '../errors.ts';
import { safetensorsIn } from '../safetensors/read-safetensors.ts';
import { readFloat32, requireWeight, type StoredTensor } from '../stored-tensor.ts';
import { int, pickled, program, tensor, text, tuple } from '../testing/pickle-writer.ts';
import { zipOf, type ZipMember } from '../testing/zip-writer.ts';
import { isWeightType } from '../weight-type.ts';
import { stateDictIn } from './state-dict.ts';

const floats = Float32Array.of(1, 2, 3, 4, 5, 6);
const bytes = new Uint8Array(floats.buffer);

/** An archive with one storage "0" of six floats, around a pickle. */
function archiveOf(pickle: Uint8Array, more: readonly ZipMember[] = []): readonly ZipMember[] {
  return [{ name: 'm/data.pkl', data: pickle }, { name: 'm/data/0', data: bytes }, ...more];
}

/** A dict of one tensor, "x". */
const dictOf = (view: Parameters<typeof tensor>[1], key = '0'): Uint8Array =>
  program('}', text('x'), tensor(key, view), 's');

const whole = { length: 6, shape: [2, 3], strides: [3, 1] };

async function written(content: Uint8Array): Promise<string> {
  const path = join(temporaryFolder(), 'pytorch_model.bin');
  await writeFile(path, content);
  return path;
}

/** Type, shape and numbers of every tensor that may be a weight, by name; type and shape of the others. */
function contents(tensors: readonly StoredTensor[]): Record<string, unknown> {
  return Object.fromEntries(
    tensors.map((stored) => {
      const { name, type, shape } = stored;
      return [name, [type, shape, isWeightType(type) ? [...readFloat32(requireWeight(stored))] : undefined]];
    }),
  );
}

describe('stateDictIn', () => {
  test.each(['views.bin', 'views-old.bin'])('finds every kind of view that PyTorch saved: %s', async (name) => {
    const expected = contents(await safetensorsIn(goldenPath('checkpoints/views.safetensors')));
    expect(contents(await stateDictIn(goldenPath(`checkpoints/${name}`)))).toEqual(expected);
    expect(Object.keys(expected)).toHaveLength(13);
  });

  test.each([false, true])('reads archives with 64-bit sizes as those without: %s', async (wide) => {
    const path = await written(zipOf(archiveOf(dictOf(whole)), { wide }));
    expect(contents(await stateDictIn(path))).toEqual({ x: ['F32', [2, 3], [1, 2, 3, 4, 5, 6]] });
  });

  test('reads strides, and those of axes of one index as nothing', async () => {
    const path = await written(
      zipOf(archiveOf(dictOf({ length: 6, offset: 1, shape: [2, 1, 2], strides: [1, 99, 3] }))),
    );
    expect(contents(await stateDictIn(path))).toEqual({ x: ['F32', [2, 1, 2], [2, 5, 3, 6]] });
  });

  test('without a file is a CheckpointNotFoundError', async () => {
    await expect(stateDictIn(join(temporaryFolder(), 'absent.bin'))).rejects.toThrow(CheckpointNotFoundError);
  });

  test.each(['views.bin', 'views-old.bin'])('refuses %s cut off anywhere', async (name) => {
    const content = await readFile(goldenPath(`checkpoints/${name}`));
    const path = await written(content);
    for (let length = content.length - 1; length >= 0; length -= 1 + Math.floor(length / 40)) {
      await truncate(path, length);
      await expect(stateDictIn(path)).rejects.toThrow(InvalidCheckpointError);
    }
  });

  test.each(['views.bin', 'views-old.bin'])('reads %s with any byte changed, or says what is wrong', async (name) => {
    const content = await readFile(goldenPath(`checkpoints/${name}`));
    const path = await written(content);
    const surprises: unknown[] = [];
    for (let at = 0; at < content.length; at += 17) {
      const changed = Buffer.from(content);
      changed[at] = changed[at]! ^ (1 << (at % 8));
      await writeFile(path, changed);
      await stateDictIn(path)
        .then(contents)
        .catch((error: unknown) => {
          if (!(error instanceof InvalidCheckpointError)) surprises.push([at, error]);
        });
    }
    expect(surprises).toEqual([]);
  });

  const refused: [string, readonly ZipMember[], string][] = [
    ['a tensor beyond its storage', archiveOf(dictOf({ ...whole, offset: 1 })), 'want a tensor inside of its storage of 6'],
    ['strides beyond its storage', archiveOf(dictOf({ length: 6, shape: [2, 3], strides: [4, 1] })), 'want a tensor inside'],
    ['a negative stride', archiveOf(dictOf({ length: 6, offset: 5, shape: [6], strides: [-1] })), 'want a tensor of a storage'],
    ['a tensor that repeats one number without end', archiveOf(dictOf({ length: 6, shape: [2 ** 30], strides: [0] })), 'want a tensor inside'],
    ['strides for other axes', archiveOf(dictOf({ length: 6, shape: [6], strides: [1, 1] })), 'want a stride for each of 1 axes'],
    ['a storage that is longer than its file', archiveOf(dictOf({ ...whole, length: 7 })), 'data/0 must have 28 bytes, got 24'],
    ['a storage outside of the folder', archiveOf(dictOf(whole, '../../../etc/passwd')), 'data/../../../etc/passwd must have 24 bytes, got no such file'],
    ['a storage of objects', archiveOf(dictOf({ ...whole, type: 'Storage' })), 'got a use of "torch.Storage"'],
    ['a list', archiveOf(program(']')), 'want a dict of tensors'],
    ['a dict in the dict', archiveOf(program('}', text('model'), '}s')), 'want a flat dict of tensors, got something else as "model"'],
    ['a key that is no name', archiveOf(program('}', int(1), '}s')), 'want a dict of names'],
    ['a storage instead of a tensor', archiveOf(program('}', text('x'), tuple(text('storage')), 'Qs')), 'want a persistent id of a storage'],
    ['a compressed pickle', [{ name: 'm/data.pkl', data: bytes, method: 8 }], '"m/data.pkl" must be stored as it is, got method 8'],
    ['an encrypted pickle', [{ name: 'm/data.pkl', data: bytes, flags: 1 }], 'got it encrypted'],
    ['a member beyond the end', [{ name: 'm/data.pkl', data: bytes, byteLength: 2 ** 31 }], '"m/data.pkl" must lie in the file'],
    ['two members of one name', archiveOf(program('}'), [{ name: 'm/data/0', data: bytes }]), '"m/data/0" twice'],
    ['two pickles', archiveOf(program('}'), [{ name: 'n/data.pkl', data: program('}') }]), 'want one data.pkl in the archive, got 2'],
    ['an archive of something else', [{ name: 'readme.txt', data: bytes }], 'want one data.pkl in the archive, got 0'],
    ['a TorchScript program', archiveOf(program('}'), [{ name: 'm/constants.pkl', data: bytes }]), 'got a TorchScript program'],
    ['another byte order', archiveOf(program('}'), [{ name: 'm/byteorder', data: pickled('big') }]), 'got another byte order'],
  ]; // prettier-ignore
  test.each(refused)('refuses %s', async (_, members, message) => {
    const path = await written(zipOf(members));
    const error = await stateDictIn(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidCheckpointError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toContain(path);
  });

  test.each(['', 'PK', 'PK\x05\x06', 'PNG', '\x80\x02.', '{"a": 1}'])(
    'refuses what torch.save never wrote: %j',
    async (content) => {
      await expect(stateDictIn(await written(Buffer.from(content, 'latin1')))).rejects.toThrow(InvalidCheckpointError);
    },
  );
});
