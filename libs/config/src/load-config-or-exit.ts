import type { z } from 'zod';
import { configHelp } from './config-help.ts';
import { ConfigError } from './config-error.ts';
import { loadConfig, type LoadConfigOptions } from './load-config.ts';

/** What a program calls itself. */
export interface ProgramOptions extends LoadConfigOptions {
  /** e.g. `evaluator`; begins the message. */
  readonly name: string;
}

/**
 * loadConfig for a program's first line: `--help` prints every setting and ends the process with 0, wrong settings
 * print one message on standard error and end it with 2.
 */
export function loadConfigOrExit<S extends z.ZodObject>(schema: S, options: ProgramOptions): z.output<S> {
  const { name, argv } = options;
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(`${name} [--key value …]\n${configHelp(schema, options)}\n`);
    process.exit(0);
  }
  try {
    return loadConfig(schema, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(2);
  }
}
