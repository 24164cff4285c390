import { createLogger } from '@leti/rpc';
import { expect, test } from 'vitest';
import { lastErrorOf } from './last-error.ts';

test('the newest error of a service’s log is taken, by its own message', () => {
  const lines: string[] = [];
  const logger = createLogger({ name: 'trainer', stream: { write: (line) => lines.push(line) } });
  logger.error({ event: 'old', err: new Error('older') });
  logger.fatal({ event: 'start_failed', err: new Error('port 1 is in use') });
  logger.warn({ event: 'notice', err: new Error('no error') });
  logger.info({ event: 'closed' });
  expect(lastErrorOf(lines.join(''))).toBe('port 1 is in use');
});

test('an error that Node reports counts', () => {
  expect(lastErrorOf('    at foo\nConfigError: --address: expected host:port, got "x"\n    at bar\n')).toBe(
    'ConfigError: --address: expected host:port, got "x"',
  );
});

test('a quiet log has none', () => {
  expect(lastErrorOf('{"level":"info","event":"listening"}\n')).toBeUndefined();
});
