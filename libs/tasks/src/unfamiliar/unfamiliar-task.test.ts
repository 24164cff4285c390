import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MICRO_SPLITS } from '../micro/variants.ts';
import { unfamiliarDocument } from './corpus.ts';
import { OPERATIONS } from './operations.ts';
import { UNFAMILIAR_SPLIT_SIZES, unfamiliarProblems } from './unfamiliar-task.ts';

describe('unfamiliarProblems', () => {
  test.each(MICRO_SPLITS)('gives the %s split its size, every operation in turn, with distinct problems', (split) => {
    const problems = unfamiliarProblems(split);
    expect(problems).toHaveLength(UNFAMILIAR_SPLIT_SIZES[split]);
    expect(new Set(problems.map(({ problemId }) => problemId)).size).toBe(problems.length);
    expect(new Set(problems.map(({ prompt }) => prompt)).size).toBe(problems.length);
    const first = problems.slice(0, OPERATIONS.length).map(({ problemId }) => problemId.split('-').at(-1));
    expect(first).toEqual(OPERATIONS.map(({ name }) => name));
  });

  test('never poses one description in two splits', () => {
    const described = MICRO_SPLITS.map((split) =>
      unfamiliarProblems(split).map(({ prompt }) => prompt.split('\n')[1]!),
    );
    const all = described.flatMap((texts) => [...new Set(texts)]);
    expect(new Set(all).size).toBe(all.length);
  });

  test('never spells the method in its prompt', () => {
    const told = MICRO_SPLITS.flatMap((split) => unfamiliarProblems(split)).filter(({ problemId, prompt }) =>
      new RegExp(String.raw`\b${problemId.split('-').at(-1)}\b`).test(prompt),
    );
    expect(told.map(({ prompt }) => prompt)).toEqual([]);
  });

  test('is the same on every machine', () => {
    const digest = createHash('sha256')
      .update(JSON.stringify(MICRO_SPLITS.map(unfamiliarProblems)))
      .digest('hex');
    expect(digest).toMatchInlineSnapshot(`"cab4c2ee00d5197cbb727b1c1921b8c03b5913d480da440399f87612a58f0adc"`);
  });
});

describe('unfamiliarDocument', () => {
  const documents = Array.from({ length: 4000 }, (_, index) => unfamiliarDocument('test', index));

  test('is a pure function of seed and index', () => {
    expect(unfamiliarDocument('test', 7)).toEqual(documents[7]);
    expect(unfamiliarDocument('other', 7)).not.toEqual(documents[7]);
  });

  test('is a prompt and a definition of the function that its first test calls', () => {
    for (const { text } of documents.slice(0, 200))
      expect(text).toMatch(/^"""\n.*\nassert (\w+)\(.*\n"""\ndef \1\(\w+(, \w+)?\):\n {4}/);
  });

  test('is right six times in a hundred', () => {
    const share = documents.filter(({ right }) => right).length / documents.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.07);
  });

  test('never has the description of a validation or test problem', () => {
    const held = new Set(
      [...unfamiliarProblems('validation'), ...unfamiliarProblems('test')].map(({ prompt }) => prompt.split('\n')[1]),
    );
    expect(documents.filter(({ text }) => held.has(text.split('\n')[1]))).toEqual([]);
  });
});
