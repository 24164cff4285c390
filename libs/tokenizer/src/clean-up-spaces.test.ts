import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cleanUpSpaces } from './clean-up-spaces.ts';

const { cleaned } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../test/golden/tokenizer-codegen.json', import.meta.url)), 'utf8'),
) as { cleaned: [text: string, cleaned: string][] };

test('does to a text what transformers does', () => {
  expect(cleaned.length).toBeGreaterThan(20);
  for (const [text, expected] of cleaned) expect(cleanUpSpaces(text)).toBe(expected);
});

test('changes the meaning of a program', () => {
  expect(cleanUpSpaces("' . '.join(x)")).toBe("'. '.join(x)");
});
