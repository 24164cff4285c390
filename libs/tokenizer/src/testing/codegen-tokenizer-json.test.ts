import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codegenTokenizerJson } from './codegen-tokenizer-json.ts';
import { loadTokenizer } from '../load-tokenizer.ts';
import { SPECIAL_TOKENS } from '../special-tokens.ts';
import { gpt2Vocabulary } from './gpt2-vocabulary.ts';
import type { Tokenizer } from '../tokenizer.ts';

const golden = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../../test/golden/tokenizer-codegen.json', import.meta.url)), 'utf8'),
) as { texts: [text: string, ids: number[]][]; decoded: [ids: number[], text: string][] };

let folder: string;
let tokenizer: Tokenizer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-codegen-tokenizer-'));
  const { eos, ...added } = SPECIAL_TOKENS;
  const json = codegenTokenizerJson(gpt2Vocabulary(), Object.values(added));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: eos }));
  tokenizer = await loadTokenizer(folder);
});
afterAll(() => rm(folder, { recursive: true }));

test('encodes 640 texts of code as the reference does', () => {
  expect(golden.texts).toHaveLength(640);
  const different = golden.texts.filter(([text, ids]) => tokenizer.encode(text).join() !== ids.join());
  expect(different).toEqual([]);
});

test('gives back each of them', () => {
  const different = golden.texts.filter(([text, ids]) => tokenizer.decode(ids) !== text);
  expect(different).toEqual([]);
});

test('decodes ids that cut characters as the reference does', () => {
  for (const [ids, text] of golden.decoded) expect(tokenizer.decode(ids)).toBe(text);
});

test('has a token for every run of 2 to 31 spaces and of 2 to 9 tabs, matched before anything else', () => {
  for (let n = 2; n <= 31; n++) expect(tokenizer.encode(' '.repeat(n))).toEqual([50288 - n]);
  for (let n = 2; n <= 9; n++) expect(tokenizer.encode('\t'.repeat(n))).toEqual([50296 - n]);
  expect(tokenizer.encode('    return')).toEqual([50284, ...tokenizer.encode('return')]);
});

test('puts added tokens into the first rows that the model has left', () => {
  expect(tokenizer.special).toEqual({
    eos: 50256,
    good: 50295,
    bad: 50296,
    langFeedback: 50297,
    endLangFeedback: 50298,
  });
  expect(tokenizer.vocabSize).toBe(50299);
});

test('decodes token by token to the same text, never half a character', () => {
  for (const [text, ids] of golden.texts) {
    const decoder = tokenizer.continuation();
    const parts = ids.map((id) => decoder.push([id]));
    expect(parts.join('') + decoder.flush()).toBe(text);
    expect(parts.filter((part) => part.includes('\ufffd'))).toEqual([]);
  }
});
