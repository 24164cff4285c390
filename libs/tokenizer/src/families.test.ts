import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidTokenizerError } from './errors.ts';
import { loadTokenizer } from './load-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

interface Family {
  readonly tokenizer: object;
  readonly eos: string;
  readonly prefix: number[];
  readonly texts: [text: string, ids: number[]][];
  readonly decoded: [ids: number[], text: string][];
}

const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../test/golden/tokenizer-families.json', import.meta.url)), 'utf8'),
) as Record<string, Family>;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-tokenizers-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(json: object, eos: unknown): Promise<Tokenizer> {
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: eos }));
  return loadTokenizer(folder);
}

describe.each(Object.entries(golden))('the pipeline of %s', (_name, family) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await load(family.tokenizer, family.eos);
  });

  test('encodes as the Rust tokenizers do', () => {
    const different = family.texts
      .map(([text, ids]) => ({ text, ids, got: tokenizer.encode(text) }))
      .filter(({ ids, got }) => ids.join() !== got.join());
    expect(different).toEqual([]);
  });

  test('decodes as the Rust tokenizers do, cut characters included', () => {
    const different = family.decoded
      .map(([ids, text]) => ({ ids, text, got: tokenizer.decode(ids) }))
      .filter(({ text, got }) => text !== got);
    expect(different).toEqual([]);
  });

  test('names its end-of-text token and what it puts before a text', () => {
    expect(tokenizer.decode([tokenizer.special.eos])).toBe('');
    expect(tokenizer.prefixIds).toEqual(family.prefix);
  });

  test('decodes a continuation part by part to what follows in the whole text', () => {
    for (const [ids] of family.decoded) {
      const whole = tokenizer.continuation();
      const text = whole.push(ids) + whole.flush();
      const decoder = tokenizer.continuation();
      const parts = ids.map((id) => decoder.push([id]));
      expect(parts.join('') + decoder.flush()).toBe(text);
    }
  });
});

test('a continuation keeps the space that the start of a text leaves out', async () => {
  const { tokenizer: json, eos } = golden['llama-2']!;
  const tokenizer = await load(json, eos);
  const ids = tokenizer.encode('return a');
  expect(tokenizer.decode(ids)).toBe('return a');
  expect(tokenizer.continuation().push(ids)).toBe(' return a');
});

test('takes an id that names no token for no text in a continuation', async () => {
  const { tokenizer: json, eos } = golden['qwen2']!;
  const tokenizer = await load(json, eos);
  const [a, b] = [tokenizer.encode('a'), tokenizer.encode('b')];
  expect(tokenizer.continuation().push([...a, tokenizer.vocabSize + 3, ...b])).toBe('ab');
});

test('reads an end-of-text token that is written as an object', async () => {
  const { tokenizer: json, eos } = golden['llama-3']!;
  const whole = await load(json, { __type: 'AddedToken', content: eos, special: true });
  expect(whole.special.eos).toBe((await load(json, eos)).special.eos);
});

const UNSUPPORTED: readonly [string, Record<string, unknown>, string][] = [
  [
    'a split that merges',
    { pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false } },
    'pre_tokenizer: want Split with Isolated, Removed, or inverted Removed, got MergedWithPrevious',
  ],
  ['a decoder of another kind', { decoder: { type: 'CTC', pad_token: '' } }, 'got CTC'],
  [
    'a decoder that strips the end',
    {
      decoder: { type: 'Sequence', decoders: [{ type: 'Fuse' }, { type: 'Strip', content: ' ', start: 0, stop: 1 }] },
    },
    'got Strip with stop 1',
  ],
  ['an unknown pre-tokenizer', { pre_tokenizer: { type: 'UnicodeScripts' } }, 'UnicodeScripts'],
];
test.each(UNSUPPORTED)('refuses %s by name', async (_name, fields, message) => {
  const { tokenizer: json, eos } = golden['qwen2']!;
  const error = await load({ ...json, ...fields }, eos).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InvalidTokenizerError);
  expect((error as Error).message).toContain(message);
});
