import { expect, test } from 'vitest';
import { printable, printableJson } from './printable.ts';

test.for([
  ['plain text stays', 'naïve 東京\tx\n', 'naïve 東京\tx\n'],
  ['a title for the terminal is shown', '\x1b]0;owned\x07', String.raw`\x1b]0;owned\x07`],
  ['eight-bit controls too', '\x9b31m', String.raw`\x9b31m`],
  ['a carriage return hides nothing', 'failed\rpassed', String.raw`failed\x0dpassed`],
  ['Windows line ends are line ends', 'a\r\nb', 'a\nb'],
  ['the direction of writing stays', 'a\u202eb', String.raw`a\u202eb`],
  ['half a surrogate pair is shown', 'a\ud800', String.raw`a\ud800`],
  ['a whole pair stays', '😀', '😀'],
])('%s', ([, text, shown]) => {
  expect(printable(text!)).toBe(shown);
});

test('JSON means the same', () => {
  const value = 'a\x9b\u202e\x7f\n\ud800';
  const text = printableJson(JSON.stringify(value));
  expect(text).toBe(String.raw`"a\u009b\u202e\u007f\n\ud800"`);
  expect(JSON.parse(text)).toBe(value);
});
