import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelConfigToJson, UnsupportedModelError, type NamedArray } from '@leti/nn/model';
import { goldenPath } from '@leti/testing';
import { TokenizerNotFoundError } from '@leti/tokenizer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  checkpointDigest,
  CheckpointExistsError,
  CheckpointNotFoundError,
  CheckpointStoreFullError,
  DigestMismatchError,
  InvalidCheckpointError,
  readCheckpoint,
  readModelConfig,
  writeCheckpoint,
  type Checkpoint,
} from './index.ts';
import { writeSafetensors } from './safetensors/write-safetensors.ts';

const golden = goldenPath('codegen-tiny');

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'leti-checkpoint-'));
});
afterEach(() => rm(root, { recursive: true }));

/** A copy of the golden checkpoint that a test may break. */
async function copied(): Promise<string> {
  const folder = join(root, 'copy');
  await cp(golden, folder, { recursive: true });
  return folder;
}

function changed(source: Checkpoint, name: string, change: (data: Float32Array) => void): Checkpoint['weights'] {
  const array = source.weights.get(name)!;
  const data = array.data.slice();
  change(data);
  return new Map([...source.weights, [name, { ...array, data }]]);
}

describe('readCheckpoint', () => {
  test('reads what transformers saved', async () => {
    const { config, weights, digest, tokenizer, optimizerState, trainerState } = await readCheckpoint(golden);
    expect(config).toMatchObject({
      numLayers: 2,
      embedDim: 32,
      numHeads: 4,
      rotary: { dims: 4, theta: 10000 },
      vocabSize: 64,
      eosTokenId: 0,
    });
    expect(weights.size).toBe(21);
    expect(weights.get('transformer.h.1.attn.qkv_proj.weight')!.shape).toEqual([96, 32]);
    expect(digest).toBe(await checkpointDigest(golden));
    expect(tokenizer.special.eos).toBe(0);
    expect([optimizerState, trainerState]).toEqual([undefined, undefined]);
  });

  test('takes the digest that was expected and no other', async () => {
    const digest = await checkpointDigest(golden);
    expect((await readCheckpoint(golden, { expectedDigest: digest })).digest).toBe(digest);
    const error = await readCheckpoint(golden, { expectedDigest: 'sha256:00' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DigestMismatchError);
    expect(error).toMatchObject({ path: golden, expected: 'sha256:00', actual: digest });
  });

  test.each(['', 'config.json', 'model.safetensors'])('says which of folder and files is missing: %j', async (name) => {
    const folder = await copied();
    await rm(join(folder, name), { recursive: true });
    const error = await readCheckpoint(folder).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CheckpointNotFoundError);
    expect((error as Error).message).toContain(join(folder, name));
  });

  test('without a tokenizer is one clear error', async () => {
    const folder = await copied();
    await rm(join(folder, 'tokenizer.json'));
    await expect(readCheckpoint(folder)).rejects.toThrow(TokenizerNotFoundError);
  });

  test('refuses a tokenizer with more tokens than the model', async () => {
    const folder = await copied();
    await cp(join(golden, '../tokenizer-bytes/tokenizer.json'), join(folder, 'tokenizer.json'));
    await expect(readCheckpoint(folder)).rejects.toThrow('ids must be < vocab_size 64 of config.json, got 385');
  });

  test('refuses a config that does not fit the weights, naming the tensor', async () => {
    const folder = await copied();
    const path = join(folder, 'config.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"n_layer": 2', '"n_layer": 3'));
    await expect(readCheckpoint(folder)).rejects.toThrow(
      'transformer.h.2.ln_1.weight must have shape [32], got no such tensor',
    );
    await writeFile(path, text.replace('"n_layer": 2', '"n_layer": 1'));
    await expect(readCheckpoint(folder)).rejects.toThrow('want only tensors of the model, got transformer.h.1.');
    await writeFile(path, text.replace('"vocab_size": 64', '"vocab_size": 65'));
    await expect(readCheckpoint(folder)).rejects.toThrow(
      'transformer.wte.weight must have shape [65, 32], got [64, 32]',
    );
    await writeFile(path, text.replace('codegen', 'gpt2'));
    await expect(readCheckpoint(folder)).rejects.toThrow(UnsupportedModelError);
    await writeFile(path, '{');
    await expect(readCheckpoint(folder)).rejects.toThrow(InvalidCheckpointError);
  });

  test('refuses a file that was cut anywhere', async () => {
    const folder = await copied();
    const path = join(folder, 'model.safetensors');
    for (const length of [100_000, 3000, 100, 8, 4, 0]) {
      await truncate(path, length);
      await expect(readCheckpoint(folder)).rejects.toThrow(InvalidCheckpointError);
    }
  });

  test('refuses a weight that is not finite, naming it', async () => {
    const folder = await copied();
    const weights = changed(await readCheckpoint(golden), 'lm_head.bias', (data) => (data[5] = NaN));
    await rm(join(folder, 'model.safetensors'));
    await writeSafetensors(join(folder, 'model.safetensors'), weights);
    await expect(readCheckpoint(folder)).rejects.toThrow('lm_head.bias must be finite, got NaN at element 5');
  });
});

describe('checkpointDigest', () => {
  test('is what sha256sum says', async () => {
    const files = 'config.json generation_config.json model.safetensors tokenizer.json tokenizer_config.json';
    const command = `cd ${golden} && LC_ALL=C sha256sum ${files} | sha256sum`;
    const [hex] = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split(' ');
    expect(await checkpointDigest(golden)).toBe(`sha256:${hex}`);
  });

  test('changes with a weight and not with a file beside it', async () => {
    const folder = await copied();
    await writeFile(join(folder, 'README.md'), 'notes');
    await writeFile(join(folder, 'trainer_state.json'), '{}');
    expect(await checkpointDigest(folder)).toBe(await checkpointDigest(golden));
    await truncate(join(folder, 'model.safetensors'), 100);
    expect(await checkpointDigest(folder)).not.toBe(await checkpointDigest(golden));
  });
});

describe('writeCheckpoint', () => {
  const step: NamedArray = { shape: [], data: Float32Array.of(3) };

  test('is read back bit for bit, optimizer and trainer state too', async () => {
    const source = await readCheckpoint(golden);
    const optimizerState = new Map([['step', step], ['m.lm_head.bias', source.weights.get('lm_head.bias')!]]); // prettier-ignore
    const trainerState = { iteration: 2, cursor: [1, 'a'] };
    const folder = join(root, 'runs/7/checkpoints/12');
    const digest = await writeCheckpoint(folder, { ...source, tokenizerFrom: golden, optimizerState, trainerState });
    const written = await readCheckpoint(folder, { expectedDigest: digest, withOptimizer: true });
    expect(written).toMatchObject({ config: source.config, trainerState });
    expect(Object.fromEntries(written.weights)).toEqual(Object.fromEntries(source.weights));
    expect(Object.fromEntries(written.optimizerState!)).toEqual(Object.fromEntries(optimizerState));
    expect(await readdir(join(root, 'runs/7/checkpoints'))).toEqual(['12']);
  });

  test('leaves optimizer and trainer state out of the digest', async () => {
    const source = { ...(await readCheckpoint(golden)), tokenizerFrom: golden };
    const plain = await writeCheckpoint(join(root, 'a'), source);
    const withState = await writeCheckpoint(join(root, 'b'), {
      ...source,
      optimizerState: new Map([['step', step]]),
      trainerState: 1,
    });
    expect(withState).toBe(plain);
  });

  test('names every token that ends a text', async () => {
    const source = await readCheckpoint(golden);
    const config = { ...source.config, eosTokenIds: [0, 7] };
    await writeCheckpoint(join(root, 'a'), { ...source, config, tokenizerFrom: golden });
    for (const name of ['config.json', 'generation_config.json']) {
      const json = JSON.parse(await readFile(join(root, 'a', name), 'utf8')) as object;
      expect(json).toMatchObject({ eos_token_id: [0, 7] });
    }
    expect((await readCheckpoint(join(root, 'a'))).config).toEqual(config);
  });

  test('takes ids that end a text from every file that names some, and writes them back', async () => {
    const from = join(root, 'from');
    await cp(golden, from, { recursive: true });
    const setEnds = (ids: unknown): Promise<void> =>
      writeFile(join(from, 'generation_config.json'), JSON.stringify({ temperature: 0.7, eos_token_id: ids }));
    expect((await readCheckpoint(from)).endIds).toEqual([0]);
    await setEnds([9, 0, 11]);
    const config = { ...(await readModelConfig(from)), eosTokenId: 5 };
    await writeFile(join(from, 'config.json'), JSON.stringify(modelConfigToJson(config)));
    const source = await readCheckpoint(from);
    expect(source.endIds).toEqual([0, 5, 9, 11]);
    await writeCheckpoint(join(root, 'to'), { ...source, tokenizerFrom: from });
    expect((await readCheckpoint(join(root, 'to'))).endIds).toEqual(source.endIds);
    for (const none of [null, undefined, 9, []]) {
      await setEnds(none);
      expect((await readCheckpoint(from)).endIds).toEqual(none === 9 ? [0, 5, 9] : [0, 5]);
    }
    for (const wrong of ['</s>', [64], [-1], 1.5]) {
      await setEnds(wrong);
      await expect(readCheckpoint(from)).rejects.toThrow(InvalidCheckpointError);
      await expect(readCheckpoint(from)).rejects.toThrow('eos_token_id must be ids in [0, 64)');
    }
  });

  test('may publish the same model twice, and never another under the same name', async () => {
    const source = { ...(await readCheckpoint(golden)), tokenizerFrom: golden };
    const folder = join(root, 'a');
    const digest = await writeCheckpoint(folder, source);
    expect(await writeCheckpoint(folder, source)).toBe(digest);
    const other = { ...source, weights: changed(source, 'lm_head.bias', (data) => (data[0] = 1)) };
    await expect(writeCheckpoint(folder, other)).rejects.toThrow(CheckpointExistsError);
    expect(await checkpointDigest(folder)).toBe(digest);
    expect(await readdir(root)).toEqual(['a']);
  });

  test('clears what a killed writer left', async () => {
    const source = { ...(await readCheckpoint(golden)), tokenizerFrom: golden };
    await mkdir(join(root, '.a.tmp-1-00'));
    await writeFile(join(root, '.a.tmp-1-00', 'model.safetensors'), 'half');
    await writeCheckpoint(join(root, 'a'), source);
    expect(await readdir(root)).toEqual(['a']);
  });

  test('publishes nothing when the tokenizer is missing or a shape lies', async () => {
    const source = await readCheckpoint(golden);
    const folder = join(root, 'a');
    await expect(writeCheckpoint(folder, { ...source, tokenizerFrom: root })).rejects.toThrow(TokenizerNotFoundError);
    const weights = new Map([...source.weights, ['lm_head.bias', { shape: [64], data: new Float32Array(3) }]]); // prettier-ignore
    await expect(writeCheckpoint(folder, { ...source, weights, tokenizerFrom: golden })).rejects.toThrow(RangeError);
    expect(await readdir(root)).toEqual([]);
  });

  test('beyond the largest allowed file publishes nothing and says so', async () => {
    const index = new URL('./index.ts', import.meta.url).href;
    const program =
      `const { readCheckpoint, writeCheckpoint } = await import(${JSON.stringify(index)});` +
      `const source = await readCheckpoint(${JSON.stringify(golden)});` +
      `await writeCheckpoint(${JSON.stringify(join(root, 'a'))}, { ...source, tokenizerFrom: source.folder })` +
      `.catch((error) => console.log(error.name));`;
    // Blocks of 1024 bytes; the weights are larger.
    const command = `ulimit -f 64 && exec "$0" --input-type=module -e "$1"`;
    const said = execFileSync('bash', ['-c', command, process.execPath, program], { encoding: 'utf8' });
    expect(said.trim()).toBe('CheckpointStoreFullError');
    expect(await readdir(root)).toEqual([]);
  });

  test('on a full disk publishes nothing and says so', async ({ skip }) => {
    // A file size limit gives EFBIG, not ENOSPC; only a small file system of our own gives that.
    const disk = join(root, 'disk');
    await mkdir(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('needs the right to mount a small file system');
    }
    try {
      const source = { ...(await readCheckpoint(golden)), tokenizerFrom: golden };
      await expect(writeCheckpoint(join(disk, 'a'), source)).rejects.toThrow(CheckpointStoreFullError);
      expect(await readdir(disk)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
