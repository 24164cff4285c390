import { describe, expect, test } from 'vitest';
import { type FcftExample, type FcftTokenizer, fcftSequence, InconsistentSampleError } from './fcft-sequence.ts';

const special = { good: 256, bad: 257, langFeedback: 258, endLangFeedback: 259, eos: 260 };
const bytes: FcftTokenizer = { special, prefixIds: [], encode: (text) => [...new TextEncoder().encode(text)] };
const example: FcftExample = {
  problemId: 'p',
  sampleIndex: 0,
  prompt: 'P',
  tokenIds: [120, special.eos],
  finishReason: 'eos',
  passed: false,
  feedback: 'E',
};
const options = { maxSequenceTokens: 100, binaryOnly: false };
const [P, E] = [80, 69];

describe('fcftSequence', () => {
  test('puts reward token and feedback before problem and solution', () => {
    expect([...fcftSequence(example, bytes, options)]).toEqual([257, 258, E, 259, P, 120, 260]);
  });
  test('begins with what the model expects before every text', () => {
    const llama = { ...bytes, prefixIds: [300] };
    expect([...fcftSequence({ ...example, passed: true }, llama, options)]).toEqual([300, 256, P, 120, 260]);
  });
  test('has no feedback on success', () => {
    expect([...fcftSequence({ ...example, passed: true }, bytes, options)]).toEqual([256, P, 120, 260]);
  });
  test('has no empty feedback span', () => {
    expect([...fcftSequence({ ...example, feedback: '' }, bytes, options)]).toEqual([257, P, 120, 260]);
  });
  test('leaves feedback out when binary only', () => {
    expect([...fcftSequence(example, bytes, { ...options, binaryOnly: true })]).toEqual([257, P, 120, 260]);
  });
  test('has no end-of-text when the sample met its length limit', () => {
    const cut = { ...example, tokenIds: [120], finishReason: 'length' } as const;
    expect([...fcftSequence(cut, bytes, options)]).toEqual([257, 258, E, 259, P, 120]);
  });
  test('is cut on the right', () => {
    expect([...fcftSequence(example, bytes, { ...options, maxSequenceTokens: 5 })]).toEqual([257, 258, E, 259, P]);
  });
  test.each([
    ['eos', [120]],
    ['length', [120, special.eos]],
    ['eos', []],
  ] as const)('refuses finish reason %s with ids %j', (finishReason, tokenIds) => {
    expect(() => fcftSequence({ ...example, finishReason, tokenIds }, bytes, options)).toThrow(InconsistentSampleError);
  });
  test('takes any of the ids that end a text', () => {
    const several = { ...options, endIds: [special.eos, 301] };
    const ended = { ...example, passed: true, tokenIds: [120, 301] };
    expect([...fcftSequence(ended, bytes, several)]).toEqual([256, P, 120, 301]);
    expect(() => fcftSequence({ ...ended, finishReason: 'length' }, bytes, several)).toThrow(InconsistentSampleError);
  });
  test('takes an empty solution', () => {
    const empty = { ...example, tokenIds: [], finishReason: 'stop' } as const;
    expect([...fcftSequence(empty, bytes, options)]).toEqual([257, 258, E, 259, P]);
  });
});
