import { execFileSync } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenPath, temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { CheckpointNotFoundError, InvalidCheckpointError } from './errors.ts';
import { readCheckpoint } from './read-checkpoint.ts';
import { writeSafetensors } from './safetensors/write-safetensors.ts';

const golden = goldenPath('codegen-tiny');

describe('weights that are read when they are asked for', () => {
  test('are read anew each time, so that nobody changes them for another', async () => {
    const { weights } = await readCheckpoint(golden);
    const array = weights.get('lm_head.bias')!;
    const first = array.data;
    const value = first[0]!;
    first[0] = NaN;
    expect(array.data[0]).toBe(value);
  });

  test('are an error when the file has been replaced, written to or removed since', async () => {
    const folder = join(temporaryFolder(), 'copy');
    await cp(golden, folder, { recursive: true });
    const { weights } = await readCheckpoint(folder);
    const path = join(folder, 'model.safetensors');
    const bytes = await readFile(path);
    bytes[bytes.length - 1] = bytes.at(-1)! ^ 1;
    await writeFile(path, bytes);
    expect(() => weights.get('lm_head.bias')!.data).toThrow(InvalidCheckpointError);
    expect(() => weights.get('lm_head.bias')!.data).toThrow('want the file as it was when it was opened');
    await rm(path);
    expect(() => weights.get('lm_head.bias')!.data).toThrow(CheckpointNotFoundError);
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder was');
    expect(() => weights.get('lm_head.bias')!.data).toThrow(CheckpointNotFoundError);
  });

  test('take no memory for the model as a whole', async () => {
    // Forty tensors of 8 MiB: held at once they would be 320 MiB.
    const path = join(temporaryFolder(), 'large.safetensors');
    const shape = [2 ** 21];
    const data = new Float32Array(2 ** 21).fill(1);
    const names = Array.from({ length: 40 }, (_, i) => `w${i}`);
    await writeSafetensors(path, new Map(names.map((name) => [name, { shape, data }])));
    const script =
      `const { readSafetensors } = await import(${JSON.stringify(new URL('./safetensors/read-safetensors.ts', import.meta.url).href)});` +
      `const before = process.memoryUsage().rss;` +
      `const arrays = await readSafetensors(${JSON.stringify(path)});` +
      `let sum = 0; for (const array of arrays.values()) { sum += array.data[5]; globalThis.gc(); }` +
      `console.log(sum, process.resourceUsage().maxRSS * 1024 - before < 100 * 2 ** 20);`;
    const said = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(said.trim()).toBe('40 true');
  });
});
