import { describe, expect, test } from 'vitest';
import { distillationPair } from './distillation-pair.ts';
import { type FcftExample, InconsistentSampleError } from './fcft-example.ts';
import type { FcftTokenizer } from './fcft-tokenizer.ts';

const special = { good: 256, bad: 257, langFeedback: 258, endLangFeedback: 259, eos: 260 };
const bytes: FcftTokenizer = { special, prefixIds: [], encode: (text) => [...new TextEncoder().encode(text)] };
const example: FcftExample = {
  problemId: 'p',
  sampleIndex: 0,
  prompt: 'P',
  text: 'xy',
  tokenIds: [120, 121, special.eos],
  finishReason: 'eos',
  passed: false,
  feedback: 'E',
  parts: [],
};
const options = { maxSequenceTokens: 100, studentCondition: 'good', teacherCondition: 'bad' } as const;
const [P, E] = [80, 69];
const pairOf = (fields: Partial<FcftExample> = {}, changed: Partial<Parameters<typeof distillationPair>[2]> = {}) => {
  const pair = distillationPair({ ...example, ...fields }, bytes, { ...options, ...changed });
  return { student: [...pair.student], teacher: [...pair.teacher], length: pair.length };
};

describe('distillationPair', () => {
  test('has the same solution after both contexts', () => {
    expect(pairOf()).toEqual({
      student: [256, P, 120, 121, 260],
      teacher: [257, 258, E, 259, P, 120, 121, 260],
      length: 3,
    });
  });
  test('begins with the conditions that are asked for', () => {
    const plain = pairOf({}, { studentCondition: 'none', teacherCondition: 'none' });
    expect([plain.student[0], plain.teacher[0]]).toEqual([P, 258]);
  });
  test('cuts both at the same token', () => {
    expect(pairOf({}, { maxSequenceTokens: 6 })).toEqual({
      student: [256, P, 120],
      teacher: [257, 258, E, 259, P, 120],
      length: 1,
    });
    expect(pairOf({}, { maxSequenceTokens: 3 })).toEqual({ student: [256, P], teacher: [257, 258, E], length: 0 });
  });
  test.each([{ passed: true }, { feedback: '' }])('has nothing to learn from %j', (fields) => {
    expect(pairOf(fields).length).toBe(0);
  });
  test('refuses a sample that contradicts itself', () => {
    expect(() => pairOf({ finishReason: 'length' })).toThrow(InconsistentSampleError);
  });
});
