import type { z } from 'zod';
import { checkValues, type Path } from './check-values.ts';
import { ConfigError } from './config-error.ts';
import { applyOverrides, type Override } from './override.ts';

/**
 * Values from elsewhere, with overrides over them, as a schema says.
 * @param source where the values are from; stands in messages
 * @throws {ConfigError} with every problem, each with the override's place, or the source
 */
export function checkOverridden<S extends z.ZodType>(
  schema: S,
  values: unknown,
  source: string,
  overrides: readonly Override[],
): z.output<S> {
  const place = (keys: Path): string =>
    overrides.findLast((each) => each.path.every((key, depth) => key === String(keys[depth])))?.place ?? source;
  const places = { ofValue: place, ofKey: place, ofMissing: place };
  const { value, problems } = checkValues(schema, applyOverrides(values, overrides), places);
  if (problems.length > 0) throw new ConfigError(problems);
  return value as z.output<S>;
}
