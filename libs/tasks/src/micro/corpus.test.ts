import { describe, expect, test } from 'vitest';
import { corpusDocument } from './corpus.ts';
import { microProblems } from './micro-problem.ts';

describe('corpusDocument', () => {
  const documents = Array.from({ length: 4000 }, (_, index) => corpusDocument('test', index));

  test('is a pure function of seed and index', () => {
    expect(corpusDocument('test', 7)).toEqual(documents[7]);
    expect(corpusDocument('other', 7)).not.toEqual(documents[7]);
  });

  test('is a prompt and a definition of the function that its first test calls', () => {
    for (const { text } of documents.slice(0, 200))
      expect(text).toMatch(/^[rRuU]?"""\n.*\nassert (\w+)\(.*\n"""\n(def|function) \1\(/);
  });

  test('is right about a third of the time, more under r and less under u', () => {
    const rightUnder = (prefix: RegExp): number => {
      const chosen = documents.filter(({ text }) => prefix.test(text));
      return chosen.filter(({ quality }) => quality === 'right').length / chosen.length;
    };
    expect(rightUnder(/^"/)).toBeGreaterThan(0.3);
    expect(rightUnder(/^"/)).toBeLessThan(0.38);
    expect(rightUnder(/^r/i)).toBeGreaterThan(0.94);
    expect(rightUnder(/^u/i)).toBeLessThan(0.06);
  });

  test('never has the description of a validation or test problem', () => {
    const held = new Set(
      [...microProblems('validation'), ...microProblems('test')].map(({ prompt }) => prompt.split('\n')[1]),
    );
    expect(documents.filter(({ text }) => held.has(text.split('\n')[1]))).toEqual([]);
  });
});
