import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./testing/small-program.ts', import.meta.url));
const run = (...argv: string[]): { status: number | null; stdout: string; stderr: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argv], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('a program with settings', () => {
  test('runs with good ones', () => {
    expect(run('--slots', '3')).toEqual({ status: 0, stdout: '{"slots":3}', stderr: '' });
  });

  test('ends with 2 and one message, no stack, for wrong ones', () => {
    expect(run('--slots', '0')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'small: --slots: expected at least 1, got 0\n',
    });
    expect(run('--slots', '0', '--slot', '1').stderr).toBe(
      'small: 2 problems:\n  --slot: unknown flag; did you mean --slots?\n  --slots: expected at least 1, got 0\n',
    );
  });

  test('prints its settings and ends with 0 for --help', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--slots N');
    expect(stdout).toContain('programs at a time (default 2, LETI_SMALL_SLOTS)');
  });
});
