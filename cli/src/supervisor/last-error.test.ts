import { createLogger } from '@leti/rpc';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lastErrorIn, lastErrorOf } from './last-error.ts';

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

test('wrong settings, which a service prints plainly, count', () => {
  const old = '{"level":"fatal","err":{"message":"an earlier start’s"}}\n';
  const one = 'evaluator: LETI_EVALUATOR_SLOTS slots: expected a number, got "x"\n';
  expect(lastErrorOf(old + one)).toBe('LETI_EVALUATOR_SLOTS slots: expected a number, got "x"');
  const two = 'trainer: 2 problems:\n  --a: expected b\n  --c: expected d\n';
  expect(lastErrorOf(old + two)).toBe('2 problems: --a: expected b; --c: expected d');
});

test('what earlier processes wrote to the same file does not count', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leti-last-error-'));
  try {
    const log = join(folder, 'log');
    const earlier = '{"level":"fatal","err":{"message":"earlier, längst vorbei"}}\n';
    writeFileSync(log, earlier);
    const from = Buffer.byteLength(earlier);
    expect(lastErrorIn(log, 0)).toBe('earlier, längst vorbei');
    expect(lastErrorIn(log, from)).toBeUndefined();
    writeFileSync(log, `${earlier}{"level":"fatal","err":{"message":"now"}}\n`);
    expect(lastErrorIn(log, from)).toBe('now');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
