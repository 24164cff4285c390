import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOutput } from './output/output.ts';
import type { LocalOptions } from './service-options.ts';
import { freePort } from './supervisor/free-port.ts';
import { logFolder } from './supervisor/supervisor.ts';
import { withServices } from './with-services.ts';

let store = '';

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'leti-with-services-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const sink = (): Writable => new Writable({ write: (_, __, done) => done() });
const context = { output: createOutput({ json: false }, sink(), sink()), signal: new AbortController().signal };

/** With the evaluator as the one service that is needed; the work is to say so. */
const evaluating = (options: Partial<LocalOptions>): Promise<string> =>
  withServices(['evaluator'], { store, local: true, ...options }, context, async () => 'worked');

test.each([undefined, 0])('nothing is started in place of a given address, --base-port %s', async (basePort) => {
  const evaluatorAddress = `127.0.0.1:${await freePort('127.0.0.1')}`;
  await expect(evaluating({ evaluatorAddress, ...(basePort !== undefined && { basePort }) })).rejects.toMatchObject({
    exitCode: 3,
    message: `no answer from the evaluator at ${evaluatorAddress}`,
    details: [expect.stringContaining('leave --evaluator-address (LETI_EVALUATOR_ADDRESS) out')],
  });
  expect(existsSync(logFolder(store))).toBe(false);
});
