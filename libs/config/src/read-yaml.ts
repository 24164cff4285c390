import type { z } from 'zod';
import { checkValues, type Path } from './check-values.ts';
import { ConfigError } from './config-error.ts';
import { applyOverrides, type Override } from './override.ts';
import { readYamlFile } from './yaml-file.ts';

/**
 * Reads a YAML file as a schema says.
 * @param path as the user wrote it; stands in messages
 * @param overrides stand over the file's values
 * @throws {ConfigError} with every problem, each with its line and column, or the override's place
 */
export function readYaml<S extends z.ZodType>(
  path: string,
  schema: S,
  overrides: readonly Override[] = [],
): z.output<S> {
  const file = readYamlFile(path);
  const overridden = (keys: Path): string | undefined =>
    overrides.findLast((each) => each.path.every((key, depth) => key === String(keys[depth])))?.place;
  const { value, problems } = checkValues(schema, applyOverrides(file.value ?? {}, overrides), {
    ofValue: (keys) => overridden(keys) ?? file.place(keys),
    ofKey: (keys) => overridden(keys) ?? file.place(keys, true),
    ofMissing: (keys) => file.place(keys.slice(0, -1)),
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return value as z.output<S>;
}
