import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codegenTokenizerJson } from './testing/codegen-tokenizer-json.ts';
import { InvalidTokenizerError, TokenizerNotFoundError } from './errors.ts';
import { loadTokenizer } from './load-tokenizer.ts';
import { readTokenizerJson } from './read-tokenizer-json.ts';
import { gpt2Vocabulary } from './testing/gpt2-vocabulary.ts';
import { writeSlowCodegenTokenizer } from './testing/slow-tokenizer-folder.ts';
import type { Tokenizer } from './tokenizer.ts';

const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../test/golden/tokenizer-codegen.json', import.meta.url)), 'utf8'),
) as { texts: [text: string, ids: number[]][] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-slow-tokenizer-'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const change = async (name: string, fields: object): Promise<void> =>
  writeFile(at(name), JSON.stringify({ ...JSON.parse(await readFile(at(name), 'utf8')), ...fields }));

interface Made {
  readonly added_tokens: { id: number; content: string; special: boolean; lstrip: boolean }[];
}
const made = async (): Promise<Made> => (await readTokenizerJson(folder)).json as unknown as Made;

/** The tokenizer that the folder's files come to, with LETI's tokens beside it. */
async function load(): Promise<Tokenizer> {
  const { json } = await readTokenizerJson(folder);
  const { added_tokens: added } = json as unknown as Made;
  const leti = ['<|bad|>', '<|good|>', '<|lang_feedback|>', '<|/lang_feedback|>'];
  const more = leti.map((content, i) => ({ id: 50_295 + i, content, special: true }));
  await writeFile(at('tokenizer.json'), JSON.stringify({ ...json, added_tokens: [...added, ...more] }));
  return loadTokenizer(folder);
}

describe("CodeGen's vocab.json and merges.txt", () => {
  test('come to the tokenizer.json of the same tokenizer', async () => {
    await writeSlowCodegenTokenizer(folder);
    const { json, path } = await readTokenizerJson(folder);
    expect(json).toEqual(codegenTokenizerJson(gpt2Vocabulary()));
    expect(path).toBe(at('vocab.json'));
  });

  test('encode 640 texts of code as the reference does', async () => {
    await writeSlowCodegenTokenizer(folder);
    const tokenizer = await load();
    const different = golden.texts.filter(([text, ids]) => tokenizer.encode(text).join() !== ids.join());
    expect(different).toEqual([]);
  });

  test.each([{ tokenizer_class: 'GPT2Tokenizer' }, { tokenizer_class: 'CodeGenTokenizerFast' }])(
    'are the same whichever of its classes is named: %o',
    async (config) => {
      await writeSlowCodegenTokenizer(folder, config);
      expect((await made()).added_tokens).toHaveLength(39);
    },
  );

  test("are known by the model's file where the tokenizer's names no class", async () => {
    await writeSlowCodegenTokenizer(folder, { tokenizer_class: undefined });
    await expect(made()).rejects.toThrow('got none');
    await writeFile(at('config.json'), '{"model_type": "codegen"}');
    expect((await made()).added_tokens).toHaveLength(39);
    await writeFile(at('config.json'), '{"model_type": "codegen", "tokenizer_class": "Qwen2Tokenizer"}');
    await expect(made()).rejects.toThrow('got Qwen2Tokenizer');
  });

  test('are enough by themselves', async () => {
    await writeSlowCodegenTokenizer(folder);
    for (const name of ['added_tokens.json', 'special_tokens_map.json', 'tokenizer_config.json']) await rm(at(name));
    await writeFile(at('config.json'), '{"model_type": "gpt2"}');
    expect((await made()).added_tokens).toMatchObject([{ id: 50_256, content: '<|endoftext|>', special: true }]);
  });

  test('take the flags of a list of added tokens, which is newer than added_tokens.json', async () => {
    await writeSlowCodegenTokenizer(folder, {
      added_tokens_decoder: {
        50256: { content: '<|endoftext|>', special: true, normalized: true },
        50257: { content: '<pad>', special: true, lstrip: true },
      },
      pad_token: { content: '<pad>' },
    });
    expect((await made()).added_tokens).toMatchObject([
      { id: 50_256, special: true, normalized: true },
      { id: 50_257, content: '<pad>', special: true, lstrip: true, normalized: false },
    ]);
  });

  test('keep a space before every text and a token at its start where the files ask for them', async () => {
    await writeSlowCodegenTokenizer(folder, { add_prefix_space: true, add_bos_token: true });
    const tokenizer = await load();
    expect(tokenizer.prefixIds).toEqual([50_256]);
    expect(tokenizer.encode('return')).toEqual(golden.texts.find(([text]) => text === ' return x')![1].slice(0, 1));
  });
});

describe('a folder without tokenizer.json', () => {
  test('and without older files has no tokenizer', async () => {
    await expect(made()).rejects.toThrow(TokenizerNotFoundError);
    await writeFile(at('tokenizer_config.json'), '{"tokenizer_class": "PreTrainedTokenizerFast"}');
    await expect(made()).rejects.toThrow(TokenizerNotFoundError);
    await writeSlowCodegenTokenizer(folder);
    await rm(at('merges.txt'));
    await expect(made()).rejects.toThrow(TokenizerNotFoundError);
  });

  test.each(['LlamaTokenizer', 'RobertaTokenizer', 'Qwen2Tokenizer', 'T5Tokenizer'])(
    'is refused by the name of its class: %s',
    async (name) => {
      await writeFile(at('tokenizer_config.json'), JSON.stringify({ tokenizer_class: name }));
      await expect(made()).rejects.toThrow(InvalidTokenizerError);
      await expect(made()).rejects.toThrow(`tokenizer_class must be GPT2Tokenizer or CodeGenTokenizer where there is no tokenizer.json, got ${name}`); // prettier-ignore
      await writeSlowCodegenTokenizer(folder, { tokenizer_class: name });
      await expect(made()).rejects.toThrow(`got ${name}`);
    },
  );

  const BROKEN: readonly [string, () => Promise<void>, string][] = [
    ['a vocabulary that is none', () => writeFile(at('vocab.json'), '{"a": -1}'), 'vocab.json: want ids by token, got ["a",-1]'],
    ['a merge of unknown tokens', () => writeFile(at('merges.txt'), '#version: 0.2\nĠ t\nĠ ☃\n'), 'merges.txt: want two tokens a line that make a third, got "Ġ ☃"'],
    ['a line that is no merge', () => writeFile(at('merges.txt'), '#version: 0.2\nĠ\n'), 'got "Ġ"'],
    ['an added token without an id', () => writeFile(at('added_tokens.json'), '{"x": "1"}'), 'added_tokens.json: want added tokens with free ids, got ["1",{"content":"x"}]'],
    ['an added token with the id of another', () => writeFile(at('added_tokens.json'), '{"<x>": 5}'), 'got [5,{"content":"<x>"}]'],
    ['bytes that are to be decoded in another way', () => change('tokenizer_config.json', { errors: 'strict' }), 'errors must be replace, got "strict"'],
    ['a first token that does not exist', () => change('special_tokens_map.json', { bos_token: '<s>' }), 'want the bos_token <s>, got no such token'],
  ]; // prettier-ignore
  test.each(BROKEN)('is refused with %s', async (_name, breakIt, message) => {
    await writeSlowCodegenTokenizer(folder, { add_bos_token: true });
    await breakIt();
    await expect(made()).rejects.toThrow(InvalidTokenizerError);
    await expect(made()).rejects.toThrow(message);
  });
});
