import type { z } from 'zod';
import { closestKey } from './closest-key.ts';
import { showValue, type ConfigProblem } from './config-error.ts';
import { describeIssue } from './describe-issue.ts';
import { unknownKeys, withBigints } from './schema-tree.ts';

/** A path to a value inside settings. */
export type Path = readonly (string | number)[];

/** Where things are, for messages. */
export interface Places {
  readonly ofValue: (path: Path) => string;
  readonly ofKey: (path: Path) => string;
  /** For a value that is required and nowhere given. */
  readonly ofMissing: (path: Path) => string;
}

/** Checks values against a schema; unknown keys are problems whether or not the schema is strict. */
export function checkValues<S extends z.ZodType>(
  schema: S,
  values: unknown,
  places: Places,
): { value: z.output<S>; problems: [] } | { value: undefined; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = unknownKeys(schema, values).map(({ path, known }) => {
    const meant = closestKey(String(path.at(-1)), known);
    const hint = meant === undefined ? `; known: ${known.join(', ')}` : `; did you mean ${meant}?`;
    return { place: places.ofKey(path), key: path.join('.'), expectation: `unknown key${hint}` };
  });
  const result = schema.safeParse(withBigints(schema, values));
  for (const issue of result.error?.issues ?? []) {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    if (issue.code === 'unrecognized_keys' && unknownFound(problems, path, issue.keys)) continue;
    const value = valueAt(values, path);
    problems.push(
      value === undefined
        ? { place: places.ofMissing(path), key: path.join('.'), expectation: `required, ${describeIssue(issue)}` }
        : {
            place: places.ofValue(path),
            key: path.join('.'),
            expectation: describeIssue(issue),
            value: showValue(value),
          },
    );
  }
  return result.success && problems.length === 0
    ? { value: result.data, problems: [] }
    : { value: undefined, problems };
}

function unknownFound(problems: readonly ConfigProblem[], path: Path, keys: readonly string[]): boolean {
  return keys.every((key) => problems.some((problem) => problem.key === [...path, key].join('.')));
}

function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    values,
  );
}
