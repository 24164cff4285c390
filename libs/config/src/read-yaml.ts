import type { z } from 'zod';
import { checkValues } from './check-values.ts';
import { ConfigError } from './config-error.ts';
import { readYamlFile } from './yaml-file.ts';

/**
 * Reads a YAML file as a schema says.
 * @param path as the user wrote it; stands in messages
 * @throws {ConfigError} with every problem, each with its line and column
 */
export function readYaml<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  const file = readYamlFile(path);
  const { value, problems } = checkValues(schema, file.value ?? {}, {
    ofValue: (keys) => file.place(keys),
    ofKey: (keys) => file.place(keys, true),
    ofMissing: (keys) => file.place(keys.slice(0, -1)),
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return value as z.output<S>;
}
