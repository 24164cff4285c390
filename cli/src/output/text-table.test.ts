import { expect, test } from 'vitest';
import { textTable } from './text-table.ts';

test('columns are as wide as their widest cell, numbers to the right', () => {
  expect(
    textTable(
      ['outcome', 'n'],
      [
        ['passed', '131'],
        ['exception', '8'],
      ],
      ['left', 'right'],
    ),
  ).toEqual(['outcome      n', '─────────  ───', 'passed     131', 'exception    8']);
});

test('a table without rows is its head', () => {
  expect(textTable(['a', 'b'], [])).toEqual(['a  b', '─  ─']);
});
