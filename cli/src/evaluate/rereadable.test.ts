import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import { describeError } from '../describe-error.ts';
import { withRereadable } from './rereadable.ts';
import { ResultFile } from './result-file.ts';

function namedPipe(): string {
  const path = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

test('what comes by a named pipe can be read twice, though its writer comes late', async () => {
  const path = namedPipe();
  const read = withRereadable(path, new AbortController().signal, ({ path: copy, name }) =>
    Promise.resolve([name, readFileSync(copy, 'utf8'), readFileSync(copy, 'utf8')]),
  );
  const writer = await open(path, 'w');
  await writer.write('a line\n');
  await writer.close();
  expect(await read).toEqual([path, 'a line\n', 'a line\n']);
});

test('waiting for a named pipe that nobody writes can be interrupted', async () => {
  const interrupt = new AbortController();
  const read = withRereadable(namedPipe(), interrupt.signal, () => Promise.resolve());
  interrupt.abort(new Error('interrupted'));
  await expect(read).rejects.toThrow('aborted');
});

test('results are not written to a named pipe that nobody reads', async () => {
  const path = namedPipe();
  const error: unknown = await ResultFile.open(path, '/no/samples').catch((caught: unknown) => caught);
  expect(describeError(error)).toMatchObject({ exitCode: 2, message: `${path}: nobody reads from it` });
});
