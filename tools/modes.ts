// Writes the tables of docs/modes.md: `node tools/modes.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modesTables } from '@leti/leti';
import { root } from './run-command.ts';

/** Where the tables stand. */
export const modesDocument: string = join(root, 'docs/modes.md');

/** The document with its tables as the code has them. @throws {Error} when it has lost the place of one */
export function withTables(document: string): string {
  return Object.entries(modesTables()).reduce((text, [name, table]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- end of ${name} -->)`);
    if (!place.test(text)) throw new Error(`docs/modes.md: want the place of the table '${name}', got none`);
    return text.replace(place, (_, before: string, after: string) => `${before}\n${table}\n${after}`);
  }, document);
}

if (import.meta.main) writeFileSync(modesDocument, withTables(readFileSync(modesDocument, 'utf8')));
