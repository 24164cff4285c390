import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import { InvalidCheckpointError } from '../errors.ts';
import { storedWeights } from '../stored-weights.ts';
import { readFloat32, requireWeight } from '../stored-tensor.ts';
import { arrayToWrite, type TensorToWrite } from './tensor-to-write.ts';
import { writeModel } from './write-model.ts';

const tensorsOf = (lengths: Readonly<Record<string, number>>, type: 'F32' | 'F16' = 'F32'): TensorToWrite[] =>
  Object.entries(lengths).map(([name, length]) =>
    arrayToWrite(name, { shape: [length], data: new Float32Array(length).fill(length) }, type),
  );

test('is one file while it fits, shards with an index beyond, and a large tensor has a file of its own', async () => {
  const whole = temporaryFolder();
  await writeModel(whole, tensorsOf({ a: 2, b: 3, c: 100, d: 1 }));
  expect(await readdir(whole)).toEqual(['model.safetensors']);
  const folder = temporaryFolder();
  await writeModel(folder, tensorsOf({ d: 1, c: 100, b: 3, a: 2 }), 20);
  const index = JSON.parse(await readFile(join(folder, 'model.safetensors.index.json'), 'utf8')) as unknown;
  const [first, second, third] = [1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`);
  expect(index).toEqual({ metadata: { total_size: 424 }, weight_map: { a: first, b: first, c: second, d: third } });
  const stored = await storedWeights(folder);
  expect(stored.map((tensor) => [tensor.name, readFloat32(requireWeight(tensor))[0]])).toEqual([['a', 2], ['b', 3], ['c', 100], ['d', 1]]); // prettier-ignore
});

test('shards that are not what their index says are refused', async () => {
  const folder = temporaryFolder();
  await writeModel(folder, tensorsOf({ a: 2, b: 3 }), 4);
  const path = join(folder, 'model.safetensors.index.json');
  const [one, two] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const refused: [weightMap: unknown, message: string][] = [
    [{ a: two, b: two }, `want a in ${two}, got no such tensor there`],
    [{ a: one, b: two, c: two }, `want c in ${two}, got no such tensor there`],
    [{ a: '../a.safetensors' }, 'weight_map.a must be a file in the folder, got "../a.safetensors"'],
    [{ a: '/etc/passwd' }, 'weight_map.a must be a file in the folder'],
    [{ a: '.safetensors' }, 'weight_map.a must be a file in the folder'],
    [{ a: 3 }, 'weight_map.a must be a file in the folder, got 3'],
    [{}, 'weight_map must be an object of tensor to file'],
    [[one], 'weight_map must be an object of tensor to file'],
    [undefined, 'weight_map must be an object of tensor to file, got nothing'],
  ];
  for (const [weightMap, message] of refused) {
    await writeFile(path, JSON.stringify({ weight_map: weightMap }));
    await expect(storedWeights(folder)).rejects.toThrow(InvalidCheckpointError);
    await expect(storedWeights(folder)).rejects.toThrow(message);
  }
  await writeFile(path, JSON.stringify({ weight_map: { a: one, b: two } }));
  await rm(join(folder, two));
  await expect(storedWeights(folder)).rejects.toThrow(`got no ${join(folder, two)}`);
});

test('a name in two shards is refused', async () => {
  const folder = temporaryFolder();
  await writeModel(folder, tensorsOf({ a: 2, b: 3 }), 4);
  const [one, two] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  await writeFile(join(folder, two), await readFile(join(folder, one)));
  await expect(storedWeights(folder)).rejects.toThrow(`a lies in ${join(folder, one)} already`);
});

test('wider elements come first, so that each is aligned', async () => {
  const folder = temporaryFolder();
  await writeModel(folder, [...tensorsOf({ a: 3 }, 'F16'), ...tensorsOf({ b: 1 })]);
  const stored = await storedWeights(folder);
  expect(stored.map(({ name, position }) => [name, position % 4])).toEqual([['b', 0], ['a', 0]]); // prettier-ignore
});
