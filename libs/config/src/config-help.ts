import type { z } from 'zod';
import { showValue } from './config-error.ts';
import { CONFIG_FILE } from './load-config.ts';
import { flagName, variableName } from './names.ts';
import { settingsOf, type Setting } from './schema-tree.ts';

/** A program's settings for `--help`: flag, what it is, default, variable. */
export function configHelp(schema: z.ZodObject, { prefix }: { readonly prefix: string }): string {
  const rows = [...settingsOf(schema), CONFIG_FILE].map((setting) => ({ flag: usage(setting), setting }));
  const width = Math.max(...rows.map(({ flag }) => flag.length));
  return rows
    .map(({ flag, setting: { path, description, defaultValue, required } }) => {
      const note = required ? 'required' : defaultValue === undefined ? '' : `default ${showValue(defaultValue)}`;
      const notes = [note, variableName(prefix, path)].filter((text) => text !== '').join(', ');
      return `  ${flag.padEnd(width)}  ${description === '' ? '' : `${description} `}(${notes})`;
    })
    .join('\n');
}

function usage({ path, kind }: Setting): string {
  const flag = flagName(path);
  const operand = { number: 'N', bigint: 'N', list: 'A,B', json: 'JSON', text: 'TEXT', boolean: '' }[kind];
  return operand === '' ? flag : `${flag} ${operand}`;
}
