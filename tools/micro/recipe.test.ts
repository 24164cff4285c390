import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readCheckpoint } from '@leti/checkpoint';
import { corpusDocument, microBaseCheckpointFolder, microCorpusPath, microProblems } from '@leti/tasks';
import { loadTokenizer } from '@leti/tokenizer';
import { beforeAll, describe, expect, test } from 'vitest';
import { CORPUS_SEED, MODEL, SHIPPED_DOCUMENTS, TRACEBACK_EVERY } from './recipe.ts';

const README = fileURLToPath(new URL('../../libs/tasks/micro/README.md', import.meta.url));
const problems = (['train', 'validation', 'test'] as const).flatMap((split) => microProblems(split));

describe('the shipped corpus', () => {
  const texts = gunzipSync(readFileSync(microCorpusPath()))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);

  test('is the first documents of the corpus, some replaced by what the interpreter said', () => {
    expect(texts).toHaveLength(SHIPPED_DOCUMENTS);
    const other = texts.flatMap((text, index) => (text === corpusDocument(CORPUS_SEED, index).text ? [] : [index]));
    expect(other.filter((index) => index % TRACEBACK_EVERY !== 0)).toEqual([]);
    expect(other.filter((index) => !texts[index]!.startsWith('Traceback (most recent call last):\n'))).toEqual([]);
    expect(other.length).toBeGreaterThan(SHIPPED_DOCUMENTS / TRACEBACK_EVERY / 2);
  });

  test('holds no validation or test problem', () => {
    const prompts = new Set([...microProblems('validation'), ...microProblems('test')].map(({ prompt }) => prompt));
    const leaked = texts.filter((text) => prompts.has(text.replace(/^[rRuU]/, '').split('\ndef ')[0]!));
    expect(leaked).toEqual([]);
  });
});

describe('the shipped tokenizer', () => {
  let tokenizer: Awaited<ReturnType<typeof loadTokenizer>>;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(microBaseCheckpointFolder());
  });

  test('gives a prompt the same tokens whether or not a solution follows', () => {
    const solution = '\ndef f(xs):\n    return xs';
    const unstable = problems.filter(({ prompt }) => {
      const alone = tokenizer.encode(prompt);
      return String(tokenizer.encode(prompt + solution).slice(0, alone.length)) !== String(alone);
    });
    expect(unstable).toEqual([]);
  });

  test('makes short work of prompts', () => {
    const lengths = problems.map(({ prompt }) => tokenizer.encode(prompt).length);
    expect(Math.max(...lengths)).toBeLessThan(96);
    expect(lengths.reduce((a, b) => a + b) / lengths.length).toBeLessThan(48);
  });
});

describe('the shipped base checkpoint', () => {
  test('has the digest that its README states, and the shape of the recipe', async () => {
    const checkpoint = await readCheckpoint(microBaseCheckpointFolder());
    expect(readFileSync(README, 'utf8')).toContain(checkpoint.digest);
    expect(checkpoint.config).toEqual(MODEL);
  });
});
