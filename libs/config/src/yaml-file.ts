import { readFileSync } from 'node:fs';
import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { ConfigError } from './config-error.ts';

/** A parsed YAML file that knows where everything stands. */
export interface YamlFile {
  readonly value: unknown;
  /** `file:line:column` of a path's value, of its key when `ofKey`, or of the nearest thing above it. */
  place(path: readonly (string | number)[], ofKey?: boolean): string;
}

/**
 * Reads a YAML 1.2 file. Integers beyond 2^53 become bigint, so that none loses digits.
 * @throws {ConfigError} when the file is missing, unreadable, or not YAML
 */
export function readYamlFile(path: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines, prettyErrors: false, intAsBigInt: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map(({ message, pos }) => ({ place: at(pos[0]), key: '', expectation: sentence(message) })),
    );
  }
  return {
    value: plainNumbers(document.toJS()),
    place: (keys, ofKey = false) => at(offsetOf(document, keys, ofKey)),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const expectation =
      code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder, not a file' : `cannot be read (${code})`;
    throw new ConfigError([{ place: path, key: '', expectation }], { cause });
  }
}

const sentence = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

/** bigint only where a number would lose digits. */
export function plainNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainNumbers(each)]));
}

function offsetOf(document: Document, path: readonly (string | number)[], ofKey: boolean): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) break;
    const pair = isMap(node)
      ? node.items.find(({ key: each }) => isScalar(each) && String(each.value) === key)
      : undefined;
    const keyNode = pair?.key;
    const next: unknown = pair?.value ?? (isSeq(node) ? node.items[Number(key)] : undefined);
    const shown = ofKey && depth === path.length - 1 ? keyNode : (next ?? keyNode);
    if (!isNode(shown)) break;
    offset = shown.range?.[0] ?? offset;
    node = next;
  }
  return offset;
}
