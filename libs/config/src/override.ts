import { parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import { plainNumbers } from './yaml-file.ts';

/** A value that stands over a file's. */
export interface Override {
  /** Where the value was given, e.g. `--set fineTuning.epochs`; stands in messages. */
  readonly place: string;
  /** E.g. `['fineTuning', 'epochs']`. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Reads `key.path=value` as the value of a flag; the value is read as YAML, so `1`, `true`, `[a, b]` are what they
 * seem.
 * @param flag begins the place, e.g. `--set`
 * @throws {ConfigError} without a key, or with a value that is not YAML
 */
export function parseOverride(flag: string, text: string): Override {
  const [, key = '', value = ''] = /^([A-Za-z][\w.]*)=(.*)$/s.exec(text) ?? [];
  const expectation = 'expected key=value';
  if (key === '') throw new ConfigError([{ place: flag, key: '', expectation, value: `'${text}'` }]);
  const place = `${flag} ${key}`;
  const document = parseDocument(value, { prettyErrors: false, intAsBigInt: true });
  if (document.errors.length > 0) {
    throw new ConfigError([{ place, key: '', expectation: 'expected a YAML value', value: `'${value}'` }]);
  }
  return { place, path: key.split('.'), value: plainNumbers(document.toJS()) };
}

/** The settings with the overrides in place; missing sections are made. The settings given stay as they are. */
export function applyOverrides(settings: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce<unknown>((values, { path, value }) => withValue(values, path, value), settings);
}

function withValue(settings: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const section = typeof settings === 'object' && settings !== null && !Array.isArray(settings) ? settings : {};
  return { ...section, [key]: withValue((section as Record<string, unknown>)[key], rest, value) };
}
