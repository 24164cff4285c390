import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/leti.mjs', import.meta.url));

test('hands its arguments and the exit code on', () => {
  expect(execFileSync(process.execPath, [BIN, '--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(spawnSync(process.execPath, [BIN, 'evaluate']).status).toBe(2);
});

test('before set-up it says what to do', () => {
  const clone = temporaryFolder();
  const bin = join(clone, 'cli', 'bin', 'leti.mjs');
  mkdirSync(dirname(bin), { recursive: true });
  copyFileSync(BIN, bin);
  const { status, stderr } = spawnSync(process.execPath, [bin, 'doctor'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toBe(`leti: ${clone} is not set up: run \`npm run setup\` there first\n`);
});
