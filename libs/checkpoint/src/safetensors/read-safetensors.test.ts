import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NamedArray } from '@leti/nn/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckpointNotFoundError, InvalidCheckpointError } from '../errors.ts';
import { readSafetensors, safetensorsIn } from './read-safetensors.ts';
import { writeSafetensors } from './write-safetensors.ts';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-safetensors-'));
  path = join(folder, 'x.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));

/** A file with any header over any data; `length` overrides what the header claims about itself. */
async function writeRaw(header: unknown, data: ArrayBufferView = new Uint8Array(), length?: bigint): Promise<void> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length ?? BigInt(json.length));
  await writeFile(path, Buffer.concat([start, json, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

const one = (dtype: string, shape: unknown, offsets: unknown): unknown => ({
  x: { dtype, shape, data_offsets: offsets },
});

describe('readSafetensors', () => {
  test('widens F16 exactly: normal, subnormal, negative zero, greatest', async () => {
    await writeRaw(one('F16', [6], [0, 12]), Uint16Array.of(0x3c00, 0xc100, 0x0001, 0x8000, 0x7bff, 0x3555));
    const { data } = (await readSafetensors(path)).get('x')!;
    expect([...data]).toEqual([1, -2.5, 2 ** -24, -0, 65504, 0.333251953125]);
  });

  test('widens BF16 exactly', async () => {
    await writeRaw(one('BF16', [2, 2], [0, 8]), Uint16Array.of(0x3f80, 0xc020, 0x0001, 0x4049));
    const { shape, data } = (await readSafetensors(path)).get('x')!;
    expect(shape).toEqual([2, 2]);
    expect([...data]).toEqual([1, -2.5, 2 ** -133, 3.140625]);
  });

  test('says where a tensor of any type lies, and reads none but weights', async () => {
    await writeRaw(one('BOOL', [4], [0, 4]), new Uint8Array(4));
    expect(await safetensorsIn(path)).toMatchObject([{ name: 'x', type: 'BOOL', shape: [4], byteLength: 4 }]);
    await expect(readSafetensors(path)).rejects.toThrow('x.dtype must be one of F32, F16, BF16, got BOOL');
  });

  test('reads scalars, empty tensors and names of any kind', async () => {
    const arrays = new Map<string, NamedArray>([
      ['__proto__', { shape: [], data: Float32Array.of(1) }],
      ['a b\n"', { shape: [0, 3], data: new Float32Array() }],
      ['é', { shape: [1, 2], data: Float32Array.of(2, 3) }],
    ]);
    await rm(path, { force: true });
    await writeSafetensors(path, arrays);
    const read = await readSafetensors(path);
    expect([...read.keys()].toSorted((x, y) => x.localeCompare(y))).toEqual(
      [...arrays.keys()].toSorted((x, y) => x.localeCompare(y)),
    );
    for (const [name, array] of arrays) expect(read.get(name)).toEqual(array);
  });

  test('does not depend on the order of writing', async () => {
    const a: [string, NamedArray] = ['a', { shape: [1], data: Float32Array.of(1) }];
    const b: [string, NamedArray] = ['b', { shape: [1], data: Float32Array.of(2) }];
    const other = join(folder, 'y.safetensors');
    await rm(path, { force: true });
    await writeSafetensors(path, new Map([a, b]));
    await writeSafetensors(other, new Map([b, a]));
    expect(await readFile(path)).toEqual(await readFile(other));
  });

  test('without a file is a CheckpointNotFoundError', async () => {
    await expect(readSafetensors(join(folder, 'absent'))).rejects.toThrow(CheckpointNotFoundError);
  });

  const f32 = Float32Array.of(1, 2);
  const hostile: [string, () => Promise<void>, string][] = [
    ['a header longer than the file', () => writeRaw('{}', f32, 1000n), 'header length must be <= 10'],
    ['a header of 2^63 bytes', () => writeRaw('{}', f32, 1n << 63n), 'header length must be <= 10'],
    ['a header that is no JSON', () => writeRaw('{"x":'), 'header must be JSON'],
    ['a header that is no UTF-8', () => writeRaw('\ud800').then(() => writeFile(path, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0xff]))), 'header must be JSON'],
    ['a header that is a list', () => writeRaw('[]'), 'header must be a JSON object, got an array'],
    ['a header nested without end', () => writeRaw('['.repeat(200_000)), 'header must be JSON'],
    ['an entry that is no object', () => writeRaw({ x: 3 }), 'x must be an object, got 3'],
    ['an unknown type', () => writeRaw(one('toString', [1], [0, 4]), f32), 'x.dtype must be a known type'],
    ['a negative dim', () => writeRaw(one('F32', [-1, -2], [0, 8]), f32), 'x.shape must be a list of whole numbers >= 0'],
    ['a dim that is no integer', () => writeRaw(one('F32', [0.5, 4], [0, 8]), f32), 'x.shape must be'],
    ['a shape that overflows', () => writeRaw(one('F32', [2 ** 52, 2 ** 52, 2 ** 52], [0, 8]), f32), 'x.data_offsets must be'],
    ['offsets beyond the end', () => writeRaw(one('F32', [3], [0, 12]), f32), 'x.data_offsets must be begin <= end <= 8'],
    ['offsets backwards', () => writeRaw(one('F32', [2], [8, 0]), f32), 'x.data_offsets must be begin <= end'],
    ['offsets that do not fit the shape', () => writeRaw(one('F32', [1], [0, 8]), f32), 'x.data_offsets must be 4 bytes apart'],
    ['a hole', () => writeRaw(one('F32', [1], [4, 8]), f32), 'x.data_offsets must start at 0, got 4'],
    ['bytes left over', () => writeRaw(one('F32', [1], [0, 4]), f32), 'tensors must end at the end of the file'],
    [
      'an overlap',
      () => writeRaw({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, y: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, f32),
      'y.data_offsets must start at 8, got 4',
    ],
    ['an infinite number', () => writeRaw(one('F32', [2], [0, 8]), Float32Array.of(1, Infinity)), 'x must be finite, got Infinity at element 1'],
  ]; // prettier-ignore
  test.each(hostile)('refuses %s', async (_, write, message) => {
    await write();
    const error = await readSafetensors(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidCheckpointError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toContain(path);
  });
});
