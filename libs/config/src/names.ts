/** `cpuTimeMs` → `cpu-time-ms`. */
const kebab = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The flag of a setting: ['limits', 'cpuTimeMs'] → `--limits.cpu-time-ms`. */
export function flagName(path: readonly string[]): string {
  return `--${path.map(kebab).join('.')}`;
}

/** The environment variable of a setting: LETI_EVALUATOR, ['limits', 'cpuTimeMs'] → `LETI_EVALUATOR_LIMITS_CPU_TIME_MS`. */
export function variableName(prefix: string, path: readonly string[]): string {
  return [prefix.replace(/_$/, ''), ...path.map((key) => kebab(key).replaceAll('-', '_').toUpperCase())].join('_');
}
