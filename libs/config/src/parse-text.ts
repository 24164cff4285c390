import type { Setting, SettingKind } from './schema-tree.ts';

/**
 * The value that a flag's or variable's text stands for. Text of the wrong kind is kept as text, so that the schema
 * refuses it and the message shows what was written. A list's items are separated by commas.
 */
export function parseText(text: string, { kind, itemKind }: Pick<Setting, 'kind' | 'itemKind'>): unknown {
  if (kind !== 'list') return parseScalar(text, kind);
  return text === '' ? [] : text.split(',').map((item) => parseScalar(item.trim(), itemKind));
}

function parseScalar(text: string, kind: SettingKind): unknown {
  switch (kind) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
    case 'bigint':
      return /^[+-]?\d+$/.test(text) ? BigInt(text) : text;
    case 'json':
    case 'list':
      return parseJson(text);
    default:
      return text;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
