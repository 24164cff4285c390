import { expect, test } from 'vitest';
import { lastErrorOf } from './last-error.ts';

test('the newest error of the log is taken, by its own message', () => {
  const log = [
    '{"level":50,"event":"old","err":{"message":"older"}}',
    '{"level":60,"event":"fatal","err":{"message":"port 1 is in use"},"msg":"stopped"}',
    '{"level":30,"event":"closed"}',
    '',
  ].join('\n');
  expect(lastErrorOf(log)).toBe('port 1 is in use');
});

test('an error that Node reports counts', () => {
  expect(lastErrorOf('    at foo\nConfigError: --address: expected host:port, got "x"\n    at bar\n')).toBe(
    'ConfigError: --address: expected host:port, got "x"',
  );
});

test('a quiet log has none', () => {
  expect(lastErrorOf('{"level":30,"event":"listening"}\n')).toBeUndefined();
});
