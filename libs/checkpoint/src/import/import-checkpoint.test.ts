import { cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenPath, temporaryFolder } from '@leti/testing';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';
import { describe, expect, test } from 'vitest';
import { readCheckpoint } from '../read-checkpoint.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import { inspectCheckpoint } from '../inspect-checkpoint.ts';
import { withoutLetiTokens } from '../testing/without-leti-tokens.ts';
import { withSlowTokenizer } from '../testing/with-slow-tokenizer.ts';
import { importCheckpoint } from './import-checkpoint.ts';

const golden = goldenPath('codegen-tiny');

interface TokenizerJson {
  added_tokens: { id: number; content: string; special: boolean }[];
  model: { vocab: Record<string, number> };
}

/**
 * A copy of the golden model as its maker might have published it: without LETI's tokens. Ids 1 to 4 go to other tokens;
 * those from `tokens` on have none.
 */
async function plainModel({ tokens = 64 } = {}): Promise<string> {
  const folder = join(temporaryFolder(), 'plain');
  await cp(golden, folder, { recursive: true });
  const path = join(folder, 'tokenizer.json');
  const json = JSON.parse(await readFile(path, 'utf8')) as TokenizerJson;
  json.added_tokens = json.added_tokens.filter(({ id }) => id === 0);
  const names = Object.entries(json.model.vocab).map(([token, id]): [string, number] => [
    id > 0 && id < 5 ? `old${id}` : token,
    id,
  ]);
  json.model.vocab = Object.fromEntries(names.filter(([, id]) => id < tokens));
  await writeFile(path, JSON.stringify(json));
  return folder;
}

async function changeJson(path: string, change: (json: Record<string, unknown>) => void): Promise<void> {
  const json = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(json);
  await writeFile(path, JSON.stringify(json));
}

describe('importCheckpoint', () => {
  test('adds the four tokens, in the published order, as rows at the end when none is unused', async () => {
    const from = await plainModel();
    await expect(readCheckpoint(from)).rejects.toThrow(MissingSpecialTokenError);
    const to = join(temporaryFolder(), 'model');
    const imported = await importCheckpoint(from, to);
    expect(imported.addedTokens).toEqual([
      { token: '<|bad|>', id: 64 },
      { token: '<|good|>', id: 65 },
      { token: '<|lang_feedback|>', id: 66 },
      { token: '<|/lang_feedback|>', id: 67 },
    ]);
    expect(imported).toMatchObject({ addedRows: 4, config: { vocabSize: 68 } });

    const before = await readCheckpoint(golden);
    const after = await readCheckpoint(to, { expectedDigest: imported.digest });
    expect(after.tokenizer.special).toEqual({ eos: 0, bad: 64, good: 65, langFeedback: 66, endLangFeedback: 67 });
    expect(after.config).toEqual({ ...before.config, vocabSize: 68 });
    for (const [name, { shape, data }] of before.weights) {
      const longer = after.weights.get(name)!;
      const rows = /wte|lm_head/.test(name);
      expect([name, longer.shape]).toEqual([name, rows ? [68, ...shape.slice(1)] : shape]);
      expect(longer.data.subarray(0, data.length)).toEqual(data);
    }
    // Each new row is the mean of the old ones.
    const { data: table } = before.weights.get('transformer.wte.weight')!;
    const { data: longer } = after.weights.get('transformer.wte.weight')!;
    const mean = Array.from(
      { length: 32 },
      (_, i) => Array.from({ length: 64 }, (_, row) => table[row * 32 + i]!).reduce((a, b) => a + b) / 64,
    );
    for (let row = 64; row < 68; row++)
      expect([...longer.subarray(row * 32, row * 32 + 32)]).toEqual(mean.map(Math.fround));
  });

  test('takes unused rows first and leaves their numbers as they are', async () => {
    const to = join(temporaryFolder(), 'model');
    const imported = await importCheckpoint(await plainModel({ tokens: 60 }), to);
    expect(imported).toMatchObject({ addedRows: 0, config: { vocabSize: 64 } });
    expect(imported.addedTokens.map(({ id }) => id)).toEqual([60, 61, 62, 63]);
    const weights = (folder: string): Promise<Buffer> => readFile(join(folder, 'model.safetensors'));
    expect(await weights(to)).toEqual(await weights(golden));
  });

  test('lengthens by what unused rows do not suffice for; the mean is over rows with a token', async () => {
    const to = join(temporaryFolder(), 'model');
    const imported = await importCheckpoint(await plainModel({ tokens: 62 }), to);
    expect(imported).toMatchObject({ addedRows: 2, config: { vocabSize: 66 } });
    const before = (await readCheckpoint(golden)).weights.get('lm_head.bias')!.data;
    const after = (await readCheckpoint(to)).weights.get('lm_head.bias')!.data;
    const mean = Math.fround(before.subarray(0, 62).reduce((a, b) => a + b, 0) / 62);
    expect([...after]).toEqual([...before, mean, mean]);
  });

  test('changes nothing in a model that has the tokens', async () => {
    const to = join(temporaryFolder(), 'model');
    const imported = await importCheckpoint(golden, to);
    expect(imported).toMatchObject({ addedTokens: [], addedRows: 0 });
    const [before, after] = [await readCheckpoint(golden), await readCheckpoint(to)];
    expect([after.config, after.tokenizer.special]).toEqual([before.config, before.tokenizer.special]);
    expect(await readFile(join(to, 'model.safetensors'))).toEqual(await readFile(join(golden, 'model.safetensors')));
  });

  test('keeps fields of config.json that it does not know, and says the type of the weights', async () => {
    const from = await plainModel();
    await changeJson(join(from, 'config.json'), (json) => {
      delete json['dtype'];
      Object.assign(json, { torch_dtype: 'float32', task_specific_params: { x: [1] } });
    });
    const to = join(temporaryFolder(), 'model');
    await importCheckpoint(from, to, { weightType: 'F16' });
    const json = JSON.parse(await readFile(join(to, 'config.json'), 'utf8')) as Record<string, unknown>;
    expect(json).toMatchObject({ torch_dtype: 'float16', task_specific_params: { x: [1] }, vocab_size: 68 });
    expect(json['dtype']).toBeUndefined();
    expect((await inspectCheckpoint(to)).parametersByType).toEqual({ F16: 29_508 });
  });

  test('lists the tokens in tokenizer_config.json where that lists tokens', async () => {
    const from = await plainModel();
    await changeJson(join(from, 'tokenizer_config.json'), (json) => {
      json['added_tokens_decoder'] = { 0: { content: '<|endoftext|>', special: true } };
    });
    const to = join(temporaryFolder(), 'model');
    await importCheckpoint(from, to);
    const json = JSON.parse(await readFile(join(to, 'tokenizer_config.json'), 'utf8')) as Record<string, object>;
    expect(Object.keys(json['added_tokens_decoder']!)).toEqual(['0', '64', '65', '66', '67']);
  });

  test.each(['llama-tiny', 'qwen2-tiny', 'smollm2-tiny', 'deepseek-tiny'])(
    'lengthens %s, its tied or own head too',
    async (name) => {
      const from = await withoutLetiTokens(goldenPath(name), join(temporaryFolder(), 'plain'));
      const to = join(temporaryFolder(), 'model');
      const { addedRows, config } = await importCheckpoint(from, to);
      const before = await readCheckpoint(goldenPath(name));
      expect([addedRows, config.vocabSize]).toEqual([4, before.config.vocabSize + 4]);
      const { weights } = await readCheckpoint(to);
      const longer = [...weights.keys()].filter(
        (key) => weights.get(key)!.shape.join() !== before.weights.get(key)!.shape.join(),
      );
      expect(longer).toEqual(['model.embed_tokens.weight', ...(config.tiedHead ? [] : ['lm_head.weight'])]);
    },
  );

  test('writes a tokenizer.json for a folder that has vocab.json and merges.txt instead, and it is the same model', async () => {
    const from = await plainModel({ tokens: 60 });
    await changeJson(join(from, 'tokenizer_config.json'), (json) => {
      json['eos_token'] = 'old1';
    });
    const expected = join(temporaryFolder(), 'model');
    await importCheckpoint(from, expected);
    await withSlowTokenizer(from);
    await expect(readCheckpoint(from)).rejects.toThrow('leti model import makes one of vocab.json and merges.txt');
    expect((await inspectCheckpoint(from)).vocabulary).toEqual({ tokens: 60, rows: 64 });
    const to = join(temporaryFolder(), 'model');
    const imported = await importCheckpoint(from, to);
    expect(imported.addedTokens.map(({ id }) => id)).toEqual([60, 61, 62, 63]);
    const [one, other] = [await readCheckpoint(expected), await readCheckpoint(to)];
    expect(other.tokenizer.special).toEqual({ ...one.tokenizer.special, eos: 1 });
    const text = 'def f(a):\n    return a + 1\n<|good|>';
    expect(other.tokenizer.encode(text)).toEqual(one.tokenizer.encode(text));
    await writeFile(join(from, 'tokenizer_config.json'), '{"tokenizer_class": "LlamaTokenizer"}');
    await expect(importCheckpoint(from, to)).rejects.toThrow(InvalidTokenizerError);
    await expect(importCheckpoint(from, to)).rejects.toThrow('got LlamaTokenizer');
  });

  test('takes the end-of-text token of config.json where the tokenizer names none, as inspection shows it', async () => {
    const from = await plainModel();
    const other = (text: string): string => text.replaceAll('<|endoftext|>', '<end>');
    await writeFile(join(from, 'tokenizer.json'), other(await readFile(join(from, 'tokenizer.json'), 'utf8')));
    await writeFile(join(from, 'tokenizer_config.json'), '{}');
    const to = join(temporaryFolder(), 'model');
    await importCheckpoint(from, to);
    expect((await readCheckpoint(to)).tokenizer.special.eos).toBe(0);
    for (const folder of [from, to]) {
      expect((await inspectCheckpoint(folder)).specialTokens).toContainEqual({ role: 'eos', token: '<end>', id: 0 });
    }
    await changeJson(join(from, 'config.json'), (json) => {
      json['eos_token_id'] = 63;
    });
    await writeFile(join(from, 'tokenizer_config.json'), '{"eos_token": {"content": "</s>"}}');
    const failing = importCheckpoint(from, join(temporaryFolder(), 'model'));
    await expect(failing).rejects.toThrow(MissingSpecialTokenError);
    await expect(failing).rejects.toThrow(
      'eos_token of tokenizer_config.json, or eos_token_id of config.json, must be',
    );
  });

  test('shows the end-of-text token that is used, not the one that config.json alone names', async () => {
    const from = await plainModel();
    await changeJson(join(from, 'config.json'), (json) => {
      json['eos_token_id'] = 5;
    });
    const to = join(temporaryFolder(), 'model');
    await importCheckpoint(from, to);
    const { eos } = (await readCheckpoint(to)).tokenizer.special;
    expect((await inspectCheckpoint(to)).specialTokens.find(({ role }) => role === 'eos')?.id).toBe(eos);
    expect((await readCheckpoint(to)).endIds).toEqual([eos, 5]);
  });

  test('passes over the copy of a tied head that older files carry', async () => {
    const from = await withoutLetiTokens(goldenPath('smollm2-tiny'), join(temporaryFolder(), 'plain'));
    const { config, weights } = await readCheckpoint(goldenPath('smollm2-tiny'));
    expect(config.tiedHead).toBe(true);
    await rm(join(from, 'model.safetensors'));
    const table = weights.get('model.embed_tokens.weight')!;
    await writeSafetensors(join(from, 'model.safetensors'), new Map([...weights, ['lm_head.weight', table]]));
    const to = join(temporaryFolder(), 'model');
    await importCheckpoint(from, to);
    expect((await readCheckpoint(to)).weights.has('lm_head.weight')).toBe(false);
  });

  test('again is the same model under the same name', async () => {
    const from = await plainModel();
    const to = join(temporaryFolder(), 'model');
    const first = await importCheckpoint(from, to);
    expect((await importCheckpoint(from, to)).digest).toBe(first.digest);
  });

  test('publishes nothing of a model that is not whole', async () => {
    const folder = temporaryFolder();
    const to = join(folder, 'model');
    const from = await plainModel();
    const weights = new Map((await readCheckpoint(golden)).weights);
    const broken = weights.get('lm_head.bias')!.data;
    broken[3] = Infinity;
    await rm(join(from, 'model.safetensors'));
    await writeSafetensors(join(from, 'model.safetensors'), new Map([...weights, ['lm_head.bias', { shape: [64], data: broken }]])); // prettier-ignore
    await expect(importCheckpoint(from, to)).rejects.toThrow('lm_head.bias must be finite, got Infinity at element 3');
    await rm(join(from, 'tokenizer.json'));
    await expect(importCheckpoint(from, to)).rejects.toThrow(TokenizerNotFoundError);
    expect(await readdir(folder)).toEqual([]);
  });

  test('copies no device that never ends in place of a file', async () => {
    const from = await plainModel();
    await symlink('/dev/zero', join(from, 'tokenizer.model'));
    const to = join(temporaryFolder(), 'model');
    await expect(importCheckpoint(from, to)).rejects.toThrow('tokenizer.model: want a file, got a device');
    await expect(readdir(to)).rejects.toThrow('ENOENT');
  });

  test('refuses a tokenizer of another model, and more layers than there are tensors', async () => {
    const to = join(temporaryFolder(), 'model');
    const from = await plainModel();
    await changeJson(join(from, 'tokenizer.json'), (json) => {
      json['added_tokens'] = [{ id: 2 ** 23, content: 'far', special: true }];
    });
    await expect(importCheckpoint(from, to)).rejects.toThrow(
      `tokenizer.json: ids must be < vocab_size 64 or little beyond, got ${2 ** 23}`,
    );
    const other = await plainModel();
    await changeJson(join(other, 'config.json'), (json) => {
      json['n_layer'] = 4096;
    });
    await expect(importCheckpoint(other, to)).rejects.toThrow('want tensors of 4096 layers, got 21 in all');
  });

  test('rounds only to types that can hold the weights', async () => {
    const from = await plainModel();
    const weights = new Map((await readCheckpoint(golden)).weights);
    await rm(join(from, 'model.safetensors'));
    weights.set('lm_head.bias', { shape: [64], data: new Float32Array(64).fill(70_000) });
    await writeSafetensors(join(from, 'model.safetensors'), weights);
    const to = join(temporaryFolder(), 'model');
    await expect(importCheckpoint(from, to, { weightType: 'F16' })).rejects.toThrow(
      'lm_head.bias: want values that F16 can hold, got 70000 at element 0',
    );
    await importCheckpoint(from, to, { weightType: 'BF16' });
    expect((await readCheckpoint(to)).weights.get('lm_head.bias')!.data[0]).toBe(70_144);
  });
});
