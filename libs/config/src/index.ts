// Settings of a program, from flags, environment and YAML, checked by one schema.
export { checkOverridden } from './check-overridden.ts';
export { checkValues } from './check-values.ts';
export { ConfigError } from './config-error.ts';
export type { ConfigProblem } from './config-error.ts';
export { configHelp } from './config-help.ts';
export { loadConfigOrExit } from './load-config-or-exit.ts';
export type { ProgramOptions } from './load-config-or-exit.ts';
export { loadConfig } from './load-config.ts';
export type { LoadConfigOptions } from './load-config.ts';
export { parseOverride } from './override.ts';
export type { Override } from './override.ts';
export { readYaml } from './read-yaml.ts';
