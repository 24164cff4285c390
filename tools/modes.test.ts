import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { modesDocument, withTables } from './modes.ts';

test('docs/modes.md has the tables of the code; node tools/modes.ts writes them', () => {
  const document = readFileSync(modesDocument, 'utf8');
  expect(withTables(document)).toBe(document);
});
