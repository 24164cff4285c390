import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Least severe level that is written. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a logger needs to know. */
export interface LoggerOptions {
  /** The program's name, in every line as `service`. */
  readonly name: string;
  /** @default 'info' */
  readonly level?: LogLevel;
  /** Where lines go. @default standard error, written at once so that a crash loses nothing */
  readonly stream?: DestinationStream;
}

/**
 * A logger of JSON lines: `level` and `time` by name, `service`, and the fields given. Call it with an event name and
 * fields, never with prose: `logger.info({ event: 'checkpoint_loaded', digest })`.
 */
export function createLogger({ name, level = 'info', stream }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service: name },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream ?? destination({ dest: 2, sync: true }),
  );
}
