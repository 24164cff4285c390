import { describe, expect, test } from 'vitest';
import { type FcftExample, InconsistentSampleError } from './fcft-example.ts';
import { fcftSequences, type SequenceOptions } from './fcft-sequences.ts';
import type { FcftTokenizer } from './fcft-tokenizer.ts';

const special = { good: 256, bad: 257, langFeedback: 258, endLangFeedback: 259, eos: 260 };
/** Bytes, with one merge: `Px` is 300. */
const merging: FcftTokenizer = {
  special,
  prefixIds: [],
  encode: (text) => text.split('Px').flatMap((part, i) => [...(i > 0 ? [300] : []), ...new TextEncoder().encode(part)]),
};
const example: FcftExample = {
  problemId: 'p',
  sampleIndex: 0,
  prompt: 'P',
  text: 'x',
  tokenIds: [120, special.eos],
  finishReason: 'eos',
  passed: false,
  feedback: 'E',
  parts: [],
};
const fixed: SequenceOptions = {
  maxSequenceTokens: 100,
  binaryOnly: false,
  solutionTokens: 'sampled',
  endOfText: 'sampled',
  firstTokenLoss: false,
};
const faithful: SequenceOptions = { ...fixed, solutionTokens: 'retokenized', endOfText: 'never', firstTokenLoss: true };
const [P, E] = [80, 69];

/** The ids of the whole sequence. */
const idsOf = (fields: Partial<FcftExample>, options: Partial<SequenceOptions> = {}, tokenizer = merging): number[] => [
  ...fcftSequences({ ...example, ...fields }, tokenizer, { ...fixed, ...options })[0]!.ids,
];

describe('fcftSequences', () => {
  test('put reward token and feedback before problem and solution', () => {
    expect(idsOf({})).toEqual([257, 258, E, 259, P, 120, 260]);
  });
  test('learn every token with weight 1', () => {
    expect(fcftSequences(example, merging, fixed)).toEqual([{ ids: expect.any(Int32Array) as Int32Array, weight: 1 }]);
  });
  test('begin with what the model expects before every text', () => {
    const llama = { ...merging, prefixIds: [300] };
    expect(idsOf({ passed: true }, {}, llama)).toEqual([300, 256, P, 120, 260]);
  });
  test('have no feedback on success', () => {
    expect(idsOf({ passed: true })).toEqual([256, P, 120, 260]);
  });
  test('have no empty feedback span', () => {
    expect(idsOf({ feedback: '' })).toEqual([257, P, 120, 260]);
  });
  test('leave feedback out when binary only', () => {
    expect(idsOf({}, { binaryOnly: true })).toEqual([257, P, 120, 260]);
  });
  test('have no end-of-text when the sample met its length limit', () => {
    const cut = { tokenIds: [120], finishReason: 'length' } as const;
    expect(idsOf(cut)).toEqual([257, 258, E, 259, P, 120]);
    expect(idsOf(cut, { solutionTokens: 'retokenized' })).toEqual([257, 258, E, 259, 300]);
  });
  test('are cut on the right', () => {
    expect(idsOf({}, { maxSequenceTokens: 5 })).toEqual([257, 258, E, 259, P]);
  });
  test('merge across the seam of prompt and text when retokenized, and only there', () => {
    expect(idsOf({ feedback: 'P' }, { solutionTokens: 'retokenized' })).toEqual([257, 258, P, 259, 300, 260]);
    expect(idsOf({ passed: true }, { solutionTokens: 'retokenized', endOfText: 'never' })).toEqual([256, 300]);
  });
  test('follow the text, not the sampled ids, when retokenized', () => {
    expect(idsOf({ text: 'yy' }, faithful)).toEqual([257, 258, E, 259, P, 121, 121]);
  });
  test('drop end-of-text when it is never learnt', () => {
    expect(idsOf({}, { endOfText: 'never' })).toEqual([257, 258, E, 259, P, 120]);
  });
  test('keep the channels that are named, in the order of the text', () => {
    const parts = [
      { channel: 'traceback', text: 'T' },
      { channel: 'exception', text: 'E' },
      { channel: 'input', text: 'I' },
    ] as const;
    expect(idsOf({ feedback: 'TEI', parts }, { channels: ['input', 'traceback'] }).slice(0, 5)).toEqual([
      257, 258, 84, 73, 259,
    ]);
    expect(idsOf({ feedback: 'TEI', parts }, { channels: ['static_analysis'] })).toEqual([257, P, 120, 260]);
    expect(idsOf({ feedback: 'TEI', parts })).toEqual([257, 258, 84, 69, 73, 259, P, 120, 260]);
  });
  test('learn the first token from a lone end-of-text', () => {
    const sequences = fcftSequences(example, merging, { ...fixed, firstTokenLoss: true });
    expect(sequences.map(({ ids }) => [...ids])).toEqual([
      [257, 258, E, 259, P, 120, 260],
      [260, 257],
    ]);
    expect(fcftSequences({ ...example, passed: true }, merging, faithful)[1]!.ids).toEqual(Int32Array.of(260, 256));
  });
  test('need no second sequence where the tokenizer puts something in front', () => {
    expect(fcftSequences(example, { ...merging, prefixIds: [300] }, faithful)).toHaveLength(1);
  });
  test.each([
    ['eos', [120]],
    ['length', [120, special.eos]],
    ['eos', []],
  ] as const)('refuse finish reason %s with ids %j', (finishReason, tokenIds) => {
    for (const options of [fixed, faithful])
      expect(() => fcftSequences({ ...example, finishReason, tokenIds }, merging, options)).toThrow(
        InconsistentSampleError,
      );
  });
  test('take any of the ids that end a text', () => {
    const several = { endIds: [special.eos, 301] };
    const ended = { passed: true, tokenIds: [120, 301] };
    expect(idsOf(ended, several)).toEqual([256, P, 120, 301]);
    expect(() => idsOf({ ...ended, finishReason: 'length' }, several)).toThrow(InconsistentSampleError);
  });
  test('take an empty solution, as one for which there was no room', () => {
    const empty = { text: '', tokenIds: [], finishReason: 'length' } as const;
    for (const solutionTokens of ['sampled', 'retokenized'] as const)
      expect(idsOf(empty, { solutionTokens })).toEqual([257, 258, E, 259, P]);
  });
});
