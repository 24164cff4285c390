import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from './errors.ts';
import { loadTokenizer } from './load-tokenizer.ts';
import { SPECIAL_TOKENS } from './special-tokens.ts';
import type { Tokenizer } from './tokenizer.ts';

const golden = fileURLToPath(new URL('../../../test/golden/', import.meta.url));
const folder = join(golden, 'tokenizer-bytes');

describe('a byte-level tokenizer', () => {
  let tokenizer: Tokenizer;
  let goldenTexts: { text: string; ids: number[] }[];
  beforeAll(async () => {
    tokenizer = await loadTokenizer(folder);
    goldenTexts = JSON.parse(await readFile(join(golden, 'tokenizer-bytes.json'), 'utf8'));
  });

  test('encodes as the Rust tokenizers do', () => {
    for (const { text, ids } of goldenTexts) expect([text, tokenizer.encode(text)]).toEqual([text, ids]);
  });

  test('gives back every golden text exactly', () => {
    for (const { text } of goldenTexts) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  test('gives back random text exactly', () => {
    const pool = ' \t\r\n.,!?\'"()[]{}:;abcXYZ019_é\u0301日本🙂👩\u200d👧\ufeff\u0000\u2028';
    const characters = Array.from(pool);
    let state = 1;
    const next = (bound: number): number => (state = (state * 48271) % 2147483647) % bound;
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: next(60) }, () => characters[next(characters.length)]).join('');
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
  });

  test('keeps spaces that a clean-up would remove', () => {
    const text = "print ( 'a' , b ) . do n't";
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  test('finds special tokens by their text', () => {
    expect(tokenizer.special).toEqual({ eos: 0, good: 1, bad: 2, langFeedback: 3, endLangFeedback: 4 });
  });

  test('encodes the characters of a special token as text, never as its id', () => {
    const specialIds = Object.values(tokenizer.special);
    for (const token of Object.values(SPECIAL_TOKENS)) {
      const ids = tokenizer.encode(`a${token}b`);
      expect(ids.some((id) => specialIds.includes(id))).toBe(false);
      expect(tokenizer.decode(ids)).toBe(`a${token}b`);
    }
  });

  test('leaves special tokens out of decoded text', () => {
    const { good, eos } = tokenizer.special;
    expect(tokenizer.decode([good, ...tokenizer.encode('x = 1'), eos])).toBe('x = 1');
    expect(tokenizer.decode([good])).toBe('');
    expect(tokenizer.decode([])).toBe('');
  });

  test('shows a cut character as U+FFFD', () => {
    const ids = tokenizer.encode('é');
    expect(tokenizer.decode(ids.slice(0, -1))).toBe('\ufffd');
  });

  test('refuses an id that names no token', () => {
    expect(tokenizer.vocabSize).toBe(386);
    expect(() => tokenizer.decode([386])).toThrow(new RangeError('decode: want ids of tokens in [0, 386), got 386'));
    expect(() => tokenizer.decode([-1])).toThrow(RangeError);
    expect(() => tokenizer.decode([1.5])).toThrow(RangeError);
  });
});

describe('a folder that is not right', () => {
  let broken: string;
  beforeAll(async () => {
    broken = await mkdtemp(join(tmpdir(), 'leti-tokenizer-'));
  });
  afterAll(() => rm(broken, { recursive: true }));

  test('without tokenizer.json is a TokenizerNotFoundError with the path', async () => {
    await expect(loadTokenizer(join(broken, 'absent'))).rejects.toThrow(TokenizerNotFoundError);
    await expect(loadTokenizer(join(broken, 'absent'))).rejects.toThrow(join(broken, 'absent', 'tokenizer.json'));
  });

  test('with something else than JSON is an InvalidTokenizerError', async () => {
    for (const text of ['{"model":', '[]', '{}', '{"model":{"vocab":[1]}}', '{"model":{"vocab":{"a":-1}}}']) {
      await writeFile(join(broken, 'tokenizer.json'), text);
      await expect(loadTokenizer(broken)).rejects.toThrow(InvalidTokenizerError);
    }
  });

  test('without one of the special tokens names it', async () => {
    await cp(folder, broken, { recursive: true });
    const path = join(broken, 'tokenizer.json');
    const json = await readFile(path, 'utf8');
    for (const token of Object.values(SPECIAL_TOKENS)) {
      await writeFile(path, json.replaceAll(token, token.replace('|>', '?>')));
      const error = await loadTokenizer(broken).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(MissingSpecialTokenError);
      expect((error as MissingSpecialTokenError).token).toBe(token);
    }
  });

  test.each([
    [
      'a token whose id would make a list of 400 million',
      { added_tokens: [{ id: 4e8, content: 'far' }] },
      'an id in [0, ',
    ],
    ['an added token that is none', { added_tokens: [null] }, 'added_tokens must be a list of tokens'],
    [
      'a prefix that is no token',
      {
        post_processor: {
          type: 'TemplateProcessing',
          single: [{ SpecialToken: { id: 'x' } }, { Sequence: {} }],
          special_tokens: { x: { ids: [-3] } },
        },
      },
      'want ids of tokens before a text, got -3',
    ],
  ])('with %s is an InvalidTokenizerError', async (_, fields, problem) => {
    await cp(folder, broken, { recursive: true });
    const path = join(broken, 'tokenizer.json');
    const json = JSON.parse(await readFile(path, 'utf8'));
    const { added_tokens: added = [], ...others } = fields as { added_tokens?: unknown[] };
    await writeFile(path, JSON.stringify({ ...json, ...others, added_tokens: [...json.added_tokens, ...added] }));
    const error = await loadTokenizer(broken).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidTokenizerError);
    expect((error as Error).message).toContain(problem);
  });

  test('with a folder in place of the file is an InvalidTokenizerError', async () => {
    await rm(join(broken, 'tokenizer.json'), { force: true });
    await mkdir(join(broken, 'tokenizer.json'));
    await expect(loadTokenizer(broken)).rejects.toThrow('want a file of at most');
    await rm(join(broken, 'tokenizer.json'), { recursive: true });
  });

  test('needs no tokenizer_config.json', async () => {
    await cp(folder, broken, { recursive: true });
    await rm(join(broken, 'tokenizer_config.json'));
    expect((await loadTokenizer(broken)).special.good).toBe(1);
  });
});
