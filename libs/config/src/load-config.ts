import type { z } from 'zod';
import { checkValues, type Path } from './check-values.ts';
import { ConfigError } from './config-error.ts';
import { readEnvironment } from './environment.ts';
import { readFlags } from './flags.ts';
import { flagName, variableName } from './names.ts';
import { settingsOf, type Setting } from './schema-tree.ts';
import type { Source } from './source.ts';
import { readYamlFile } from './yaml-file.ts';

/** Where a program's settings come from. */
export interface LoadConfigOptions {
  /** Arguments, without the program's own two first entries: `process.argv.slice(2)`. */
  readonly argv: readonly string[];
  /** `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Begin of this program's variables, e.g. LETI_EVALUATOR. */
  readonly prefix: string;
  /** A YAML file to read unless `--config FILE` or the variable PREFIX_CONFIG names another. @default none */
  readonly yamlPath?: string;
}

/**
 * A program's settings: flags before environment before YAML before the schema's defaults. Key `cpuTimeMs` is flag
 * `--cpu-time-ms`, variable `PREFIX_CPU_TIME_MS` and YAML key `cpuTimeMs`; nested keys are joined by dots in flags.
 * @throws {ConfigError} with every problem at once: wrong values, missing ones, unknown flags, variables and keys
 */
export function loadConfig<S extends z.ZodObject>(schema: S, options: LoadConfigOptions): z.output<S> {
  const { argv, env, prefix } = options;
  const settings = settingsOf(schema);
  const flags = readFlags(argv, [...settings, CONFIG_FILE]);
  const configVariable = variableName(prefix, CONFIG_FILE.path);
  const environment = readEnvironment(env, prefix, settings, [configVariable]);
  const flagged = flags.values.find(({ path }) => path === CONFIG_FILE.path)?.value as string | undefined;
  const file = yamlSource(flagged ?? (env[configVariable] || undefined) ?? options.yamlPath);
  const sources = [file, environment, flags];
  const values: Record<string, unknown> = {};
  for (const { path, value } of sources.flatMap((source) => source.values)) {
    if (path !== CONFIG_FILE.path) assign(values, path, value);
  }
  const everywhere = (path: Path): string => {
    const keys = path.map(String);
    return `${flagName(keys)} (or ${variableName(prefix, keys)})`;
  };
  const first = (path: Path, places: readonly ((path: Path) => string | undefined)[]): string => {
    for (const place of places) {
      const found = place(path);
      if (found !== undefined) return found;
    }
    return everywhere(path);
  };
  const named = [flags.placeOf, environment.placeOf];
  const checked = checkValues(schema, values, {
    ofValue: (path) => first(path, [...named, file.placeOf]),
    ofKey: (path) => first(path, [...named, file.placeOfKey]),
    ofMissing: everywhere,
  });
  const problems = [...sources.flatMap((source) => source.problems), ...checked.problems];
  if (problems.length > 0) throw new ConfigError(problems);
  return checked.value as z.output<S>;
}

/** The flag that every program has. */
export const CONFIG_FILE: Setting = {
  path: ['config'],
  kind: 'text',
  itemKind: 'text',
  description: 'YAML file with further settings',
  defaultValue: undefined,
  required: false,
};

function yamlSource(path: string | undefined): Source & { placeOfKey: Source['placeOf'] } {
  const none = (): undefined => undefined;
  if (path === undefined) return { values: [], problems: [], placeOf: none, placeOfKey: none };
  let file: ReturnType<typeof readYamlFile>;
  try {
    file = readYamlFile(path);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { values: [], problems: error.problems, placeOf: none, placeOfKey: none };
  }
  const root: unknown = file.value ?? {};
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    const problem = { place: file.place([]), key: '', expectation: 'expected settings, one `key: value` per line' };
    return { values: [], problems: [problem], placeOf: none, placeOfKey: none };
  }
  return {
    values: Object.entries(root).map(([key, value]) => ({ path: [key], value })),
    problems: [],
    placeOf: (keys) => file.place(keys),
    placeOfKey: (keys) => file.place(keys, true),
  };
}

/** Puts a value at a path; what is no object on the way stays, for the schema to refuse. */
function assign(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    values[key] = value;
    return;
  }
  values[key] ??= {};
  const child = values[key];
  if (typeof child === 'object' && !Array.isArray(child)) assign(child as Record<string, unknown>, rest, value);
}
