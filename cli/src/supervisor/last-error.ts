import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { SERVICE_NAMES } from './service-definition.ts';

/** As the services' logger names them. */
const ERROR_LEVELS: ReadonlySet<string | undefined> = new Set(['error', 'fatal']);

/** As services print wrong settings, before they have a logger. */
const SETTINGS_ERROR = new RegExp(`^(?:${SERVICE_NAMES.join('|')}): (.+)`);

function messageOf(line: string): string | undefined {
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: string; msg?: string; err?: { message?: string } };
    if (!ERROR_LEVELS.has(level)) return undefined;
    return err?.message ?? msg;
  } catch {
    // What a service says of its settings, or Node's own report of an uncaught error, e.g. "RangeError: …".
    return SETTINGS_ERROR.exec(line)?.[1] ?? /^(?:Uncaught )?\w*Error\b.*/.exec(line)?.[0];
  }
}

/**
 * The newest thing that a service's log calls an error; undefined when there is none. Of several wrong settings, all in
 * one line.
 */
export function lastErrorOf(log: string): string | undefined {
  const lines = log.split('\n');
  const at = lines.findLastIndex((line) => (messageOf(line) ?? '') !== '');
  if (at === -1) return undefined;
  const line = lines[at] ?? '';
  if (!SETTINGS_ERROR.test(line)) return messageOf(line);
  const after = lines.slice(at + 1);
  const end = after.findIndex((each) => !each.startsWith('  '));
  const problems = after.slice(0, end === -1 ? after.length : end).map((each) => each.trim());
  return [messageOf(line), problems.join('; ')].join(' ').trim();
}

/** As much of a log's end as an error may lie in, bytes. */
const TAIL_BYTES = 32 * 1024;

/**
 * {@link lastErrorOf} what a log file holds from a byte on; undefined when it cannot be read.
 * @param from where what counts begins, bytes: earlier processes wrote to the same file
 */
export function lastErrorIn(path: string, from: number): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const tail = Buffer.alloc(Math.min(Math.max(0, size - from), TAIL_BYTES));
      readSync(file, tail, 0, tail.length, size - tail.length);
      return lastErrorOf(tail.toString('utf8'));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
