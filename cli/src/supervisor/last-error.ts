import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** As the services' logger names them. */
const ERROR_LEVELS: ReadonlySet<string | undefined> = new Set(['error', 'fatal']);

function messageOf(line: string): string | undefined {
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: string; msg?: string; err?: { message?: string } };
    if (!ERROR_LEVELS.has(level)) return undefined;
    return err?.message ?? msg;
  } catch {
    // Node's own report of an uncaught error, e.g. "ConfigError: …".
    return /^(?:Uncaught )?\w*Error\b.*/.exec(line)?.[0];
  }
}

/** The newest thing that a service's log calls an error; undefined when there is none. */
export const lastErrorOf = (log: string): string | undefined =>
  log
    .split('\n')
    .reverse()
    .map(messageOf)
    .find((message) => message !== undefined && message !== '');

/** As much of a log's end as an error may lie in, bytes. */
const TAIL_BYTES = 32 * 1024;

/** {@link lastErrorOf} the end of a log file; undefined when it cannot be read. */
export function lastErrorIn(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(file, tail, 0, tail.length, size - tail.length);
      return lastErrorOf(tail.toString('utf8'));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
