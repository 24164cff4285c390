/** One wrong setting. */
export interface ConfigProblem {
  /** Where it was found: a flag, an environment variable, or `file:line:column`. */
  readonly place: string;
  /** Path of the setting, e.g. `limits.cpuTimeMs`; empty when the whole file is meant. */
  readonly key: string;
  /** What would be right, e.g. `an integer of at least 1`. */
  readonly expectation: string;
  /** What was found, as text; undefined when nothing was. */
  readonly value?: string;
}

/** Settings that cannot be used. Names every problem at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  /** @param problems one or more */
  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const lines = problems.map(lineOf);
    super(
      lines.length === 1 ? lines[0] : [`${lines.length} problems:`, ...lines.map((line) => `  ${line}`)].join('\n'),
    );
    if (options?.cause !== undefined) this.cause = options.cause;
    this.problems = problems;
  }
}

function lineOf({ place, key, expectation, value }: ConfigProblem): string {
  const named = key === '' || place.startsWith('--') ? place : `${place} ${key}`;
  return `${named}: ${expectation}${value === undefined ? '' : `, got ${value}`}`;
}

const MAX_VALUE_CHARS = 80;

/** A value as it stands in a message; long ones are cut. */
export function showValue(value: unknown): string {
  const text =
    typeof value === 'bigint'
      ? String(value)
      : (JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) ??
        String(value));
  return text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS - 1)}…` : text;
}
