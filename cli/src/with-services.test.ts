import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { chooseAddresses } from './addresses.ts';
import { checkPorts } from './doctor/check-ports.ts';
import { createOutput } from './output/output.ts';
import type { LocalOptions } from './service-options.ts';
import { freePort } from './supervisor/free-port.ts';
import { logFolder, Supervisor } from './supervisor/supervisor.ts';
import { withServices } from './with-services.ts';

let store = '';

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'leti-with-services-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(store, { recursive: true, force: true });
});

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

describe('an evaluator that runs without isolation', () => {
  const work = mkdtempSync(join(tmpdir(), 'leti-with-services-'));
  let supervisor: Supervisor;
  let evaluatorAddress = '';

  beforeAll(async () => {
    vi.stubEnv('LETI_EVALUATOR_SLOTS', '1');
    vi.stubEnv('LETI_EVALUATOR_CPU_SCALE', '1');
    const addresses = await chooseAddresses({ basePort: 0 });
    evaluatorAddress = addresses.evaluator;
    supervisor = await Supervisor.start({
      services: ['evaluator'],
      deployment: { addresses, store: work, data: undefined, runtime: 'unsafe-process' },
      onEvent: () => {},
      signal: new AbortController().signal,
    });
    vi.unstubAllEnvs();
  }, 60_000);
  afterAll(async () => {
    await supervisor.stop();
    rmSync(work, { recursive: true, force: true });
  });

  test('is good enough for whoever asks for nothing else', async () => {
    expect(await evaluating({ evaluatorAddress })).toBe('worked');
    expect(await evaluating({ evaluatorAddress, runtime: 'auto' })).toBe('worked');
    expect(await evaluating({ evaluatorAddress, runtime: 'unsafe-process' })).toBe('worked');
  });

  test('is refused by production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    await expect(evaluating({ evaluatorAddress })).rejects.toMatchObject({
      exitCode: 2,
      message: `the evaluator at ${evaluatorAddress}: production takes no runtime but gvisor, got 'unsafe-process'`,
      details: [expect.stringContaining('leti up --runtime gvisor')],
    });
  });

  test('is refused when another runtime is asked for', async () => {
    await expect(evaluating({ evaluatorAddress, runtime: 'sandlock' })).rejects.toMatchObject({
      exitCode: 2,
      message: `the evaluator at ${evaluatorAddress}: expected the runtime 'sandlock', got 'unsafe-process'`,
    });
  });

  test('is named by doctor with its slots, and warned of in production', async () => {
    const free = await chooseAddresses({ basePort: 0 });
    const look = () => checkPorts({ ...free, evaluator: evaluatorAddress });
    expect(await look()).toContainEqual({
      name: 'evaluator',
      state: 'ok',
      detail: expect.stringMatching(/ answers and serves: unsafe-process .*, 1 slot$/),
      remedy: '',
    });
    vi.stubEnv('NODE_ENV', 'production');
    expect(await look()).toContainEqual(expect.objectContaining({ name: 'evaluator', state: 'warn' }));
  });
});
