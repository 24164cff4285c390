import { expect, test } from 'vitest';
import type { FcftTokenizer } from './fcft-tokenizer.ts';
import { NoReferenceSolutionError, supervisedSequence } from './supervised-sequence.ts';

const special = { good: 256, bad: 257, langFeedback: 258, endLangFeedback: 259, eos: 260 };
const bytes: FcftTokenizer = { special, prefixIds: [], encode: (text) => [...new TextEncoder().encode(text)] };
const problem = { problemId: 'p', prompt: 'P', testSetupCode: '', tests: ['assert f()'], referenceSolution: 'a\r\nb' };
const options = { maxSequenceTokens: 100, supervisedStart: 'none' } as const;
const text = [...Buffer.from('P\na\r\nb')];

test('is prompt, line end, reference solution as it is, end-of-text', () => {
  expect(supervisedSequence(problem, bytes, options)).toEqual({ ids: Int32Array.from([...text, 260]), weight: 1 });
});
test('begins with end-of-text when asked to, unless the tokenizer begins it', () => {
  const start = { ...options, supervisedStart: 'end_of_text' } as const;
  expect([...supervisedSequence(problem, bytes, start).ids]).toEqual([260, ...text, 260]);
  expect([...supervisedSequence(problem, { ...bytes, prefixIds: [300] }, start).ids]).toEqual([300, ...text, 260]);
});
test('is cut on the right', () => {
  expect([...supervisedSequence(problem, bytes, { ...options, maxSequenceTokens: 2 }).ids]).toEqual(text.slice(0, 2));
});
test('wants a reference solution', () => {
  const { referenceSolution: _, ...bare } = problem;
  expect(() => supervisedSequence(bare, bytes, options)).toThrow(NoReferenceSolutionError);
  expect(() => supervisedSequence(bare, bytes, options)).toThrow('p: want a reference solution');
});
