import { goldenPath } from '@leti/testing';
import { loadTokenizer } from '@leti/tokenizer';
import { describe, expect, test } from 'vitest';
import { SampledText, textOf } from './sampled-text.ts';

const tokenizer = await loadTokenizer(goldenPath('tokenizer-bytes'));

/** Takes tokens in chunks, as the sampler gives them. */
function cut(text: string, stop: readonly string[], chunk = 8): { text: string; kept: number | undefined } {
  const ids = tokenizer.encode(text);
  const sampled = new SampledText(tokenizer, stop);
  let kept: number | undefined;
  for (let end = chunk; kept === undefined && end < ids.length + chunk; end += chunk) {
    kept = sampled.take(ids.slice(0, end));
  }
  return { text: sampled.end(), kept };
}

describe('SampledText', () => {
  test('ends before the stop string that is complete first', () => {
    expect(cut('return x\n\nprint(x)\n# end', ['# end', '\n\nprint']).text).toBe('return x');
  });

  test('keeps the tokens up to the end of the stop string', () => {
    const ids = tokenizer.encode('return x;; more;;');
    const { kept } = cut('return x;; more;;', [';;']);
    expect(tokenizer.decode(ids.slice(0, kept))).toContain(';;');
    expect(tokenizer.decode(ids.slice(0, kept! - 1))).not.toContain(';;');
  });

  test('is the same however the tokens come', () => {
    const expected = cut('größer ende größer ende grö', ['ende grö'], 1);
    expect(expected.text).toBe('größer ');
    for (const chunk of [2, 3, 5, 8, 100])
      expect(cut('größer ende größer ende grö', ['ende grö'], chunk)).toEqual(expected);
  });

  test('finds a stop string that begins chunks before it ends', () => {
    const stop = 'a long stop string of many tokens';
    expect(cut(`x = 1 ${stop} y`, [stop], 2).text).toBe('x = 1 ');
  });

  test('is empty when it begins with a stop string', () => {
    expect(cut(';x', [';']).text).toBe('');
  });

  test.each([[[]], [['absent']]])('finds nothing for %j', (stop) => {
    expect(cut('return größer', stop)).toEqual({ text: 'return größer', kept: undefined });
  });

  test('takes an id beyond the tokenizer for no text', () => {
    const [a, ...rest] = tokenizer.encode('a b');
    expect(textOf(tokenizer, [a!, tokenizer.vocabSize + 3, ...rest], { stop: [], cleanUpSpaces: false })).toBe('a b');
  });
});

describe('textOf', () => {
  const ids = tokenizer.encode("print ( 'a' , b ) ; more");

  test('keeps every space', () => {
    expect(textOf(tokenizer, ids, { stop: [';'], cleanUpSpaces: false })).toBe("print ( 'a' , b ) ");
  });

  test('takes spaces out as the published system does, when asked to', () => {
    expect(textOf(tokenizer, ids, { stop: [';'], cleanUpSpaces: true })).toBe("print ( 'a', b ) ");
  });

  test('shows a character that was cut as U+FFFD', () => {
    expect(textOf(tokenizer, tokenizer.encode('é').slice(0, -1), { stop: [], cleanUpSpaces: false })).toBe('\ufffd');
  });
});
