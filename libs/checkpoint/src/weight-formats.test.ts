import { execFileSync } from 'node:child_process';
import { access, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenPath, temporaryFolder } from '@leti/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkpointDigest } from './checkpoint-digest.ts';
import { DigestMismatchError, InvalidCheckpointError } from './errors.ts';
import { narrow, widen } from './half-types.ts';
import { readCheckpoint, type Checkpoint } from './read-checkpoint.ts';
import { global, program, text, tuple } from './testing/pickle-writer.ts';
import { zipOf } from './testing/zip-writer.ts';
import { writeCheckpoint } from './write-checkpoint.ts';

const golden = goldenPath('codegen-tiny');

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

describe('weights in other files than one of float32', () => {
  /** A golden model with other files of weights. */
  async function withWeights(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const folder = join(root, name);
    await cp(goldenPath(name), folder, { recursive: true });
    await rm(join(folder, 'model.safetensors'));
    for (const [to, from] of Object.entries(files)) await cp(goldenPath(`checkpoints/${from}`), join(folder, to));
    return folder;
  }

  /** Every weight of a golden model as a half and back. */
  async function rounded(name: string, type: 'F16' | 'BF16'): Promise<Record<string, number[]>> {
    const { weights } = await readCheckpoint(goldenPath(name));
    const values = Array.from(weights, ([key, { data }]): [string, number[]] => {
      const back = new Float32Array(data.length);
      widen(narrow(data, type), type, back);
      return [key, [...back]];
    });
    return Object.fromEntries(values);
  }

  const numbersOf = ({ weights }: Checkpoint): Record<string, number[]> =>
    Object.fromEntries(Array.from(weights, ([name, { data }]) => [name, [...data]]));

  test('reads a pytorch_model.bin of halves and passes over its masks', async () => {
    const folder = await withWeights('codegen-tiny', { 'pytorch_model.bin': 'codegen-tiny.bin' });
    expect(numbersOf(await readCheckpoint(folder))).toEqual(await rounded('codegen-tiny', 'F16'));
  });

  test('reads shards of pytorch_model.bin, strided weights too, and names them in the digest', async () => {
    const names = [
      'pytorch_model-00001-of-00002.bin',
      'pytorch_model-00002-of-00002.bin',
      'pytorch_model.bin.index.json',
    ];
    const folder = await withWeights(
      'llama-tiny',
      Object.fromEntries(names.map((name) => [name, `llama-tiny-shards/${name}`])),
    );
    const checkpoint = await readCheckpoint(folder);
    expect(numbersOf(checkpoint)).toEqual(await rounded('llama-tiny', 'BF16'));
    const files = ['config.json', 'generation_config.json', ...names, 'tokenizer.json', 'tokenizer_config.json'].join(
      ' ',
    );
    const [hex] = execFileSync('sh', ['-c', `cd ${folder} && LC_ALL=C sha256sum ${files} | sha256sum`], {
      encoding: 'utf8',
    }).split(' ');
    expect(checkpoint.digest).toBe(`sha256:${hex}`);
  });

  test.each(['F16', 'BF16'] as const)(
    'writes %s and reads the same numbers back, in shards too',
    async (weightType) => {
      const source = await readCheckpoint(golden);
      const expected = await rounded('codegen-tiny', weightType);
      for (const maxShardBytes of [Infinity, 10_000]) {
        const folder = join(root, `${weightType}-${maxShardBytes}`);
        const digest = await writeCheckpoint(folder, { ...source, tokenizerFrom: golden, weightType, maxShardBytes });
        expect(numbersOf(await readCheckpoint(folder, { expectedDigest: digest }))).toEqual(expected);
      }
      const json = JSON.parse(await readFile(join(root, `${weightType}-Infinity`, 'config.json'), 'utf8')) as object;
      expect(json).toMatchObject({ dtype: weightType === 'F16' ? 'float16' : 'bfloat16' });
    },
  );

  test('refuses a pickle that calls something, in one clear error, and calls nothing', async () => {
    const folder = await withWeights('codegen-tiny', {});
    const path = join(folder, 'pytorch_model.bin');
    const trace = join(root, 'called');
    const pickle = program(global('os', 'system'), tuple(text(`touch ${trace}`)), 'R');
    await writeFile(path, zipOf([{ name: 'archive/data.pkl', data: pickle }]));
    const error = await readCheckpoint(folder).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidCheckpointError);
    expect((error as Error).message).toBe(
      `${path}: pickle, byte 2: want only tensors and dicts, got a use of "os.system"; nothing of it was run`,
    );
    await expect(access(trace)).rejects.toThrow('ENOENT');
  });

  test('refuses integers and float64 as weights, naming the tensor', async () => {
    for (const [dtype, bytes] of [
      ['I64', 8],
      ['F64', 8],
      ['I8', 1],
    ] as const) {
      const folder = join(root, dtype);
      await cp(golden, folder, { recursive: true });
      const path = join(folder, 'model.safetensors');
      const file = await readFile(path);
      const headerEnd = 8 + Number(file.readBigUInt64LE());
      const header = JSON.parse(file.toString('utf8', 8, headerEnd)) as Record<
        string,
        { dtype: string; shape: number[]; data_offsets: [number, number] }
      >;
      let offset = 0;
      for (const [name, entry] of Object.entries(header)) {
        if (name === '__metadata__') continue;
        const count = entry.shape.reduce((a, b) => a * b, 1);
        const type = name === 'lm_head.bias' ? dtype : entry.dtype;
        header[name] = {
          dtype: type,
          shape: entry.shape,
          data_offsets: [offset, (offset += count * (type === dtype ? bytes : 4))],
        };
      }
      const json = Buffer.from(JSON.stringify(header));
      const start = Buffer.alloc(8);
      start.writeBigUInt64LE(BigInt(json.length));
      await writeFile(path, Buffer.concat([start, json, Buffer.alloc(offset)]));
      await expect(readCheckpoint(folder)).rejects.toThrow(
        `lm_head.bias.dtype must be one of F32, F16, BF16, got ${dtype}`,
      );
    }
  });

  test('takes safetensors where both are there, and the digest does not know of the others', async () => {
    const folder = join(root, 'copy');
    await cp(golden, folder, { recursive: true });
    await cp(goldenPath('checkpoints/views.bin'), join(folder, 'pytorch_model.bin'));
    expect((await readCheckpoint(folder)).digest).toBe(await checkpointDigest(golden));
  });

  test('changes the digest with any byte of any shard', async () => {
    const source = await readCheckpoint(golden);
    const folder = join(root, 'sharded');
    const digest = await writeCheckpoint(folder, { ...source, tokenizerFrom: golden, maxShardBytes: 30_000 });
    for (const name of (await readdir(folder)).filter((each) => /safetensors/.test(each))) {
      const path = join(folder, name);
      const bytes = await readFile(path);
      await writeFile(path, Buffer.concat([bytes.subarray(0, -1), Buffer.of(bytes.at(-1)! ^ 1)]));
      const error = await readCheckpoint(folder, { expectedDigest: digest }).catch((caught: unknown) => caught);
      expect([name, error instanceof DigestMismatchError || error instanceof InvalidCheckpointError]).toEqual([
        name,
        true,
      ]);
      await writeFile(path, bytes);
    }
    expect(await checkpointDigest(folder)).toBe(digest);
  });
});
