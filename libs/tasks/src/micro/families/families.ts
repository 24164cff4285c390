import type { Family } from '../family.ts';
import { LIST_TO_LIST } from './list-to-list.ts';
import { LIST_TO_VALUE } from './list-to-value.ts';
import { NUMBER_FUNCTIONS } from './number-functions.ts';
import { STRING_FUNCTIONS } from './string-functions.ts';

/** Every family of the micro task, kinds mixed so that the first problems of a split already show all kinds. */
export const FAMILIES: readonly Family[] = interleave([
  LIST_TO_LIST,
  STRING_FUNCTIONS,
  NUMBER_FUNCTIONS,
  LIST_TO_VALUE,
]);

function interleave(tables: readonly (readonly Family[])[]): Family[] {
  const longest = Math.max(...tables.map((table) => table.length));
  return Array.from({ length: longest }, (_, row) => tables.flatMap((table) => table[row] ?? [])).flat();
}
