import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseAddresses } from '../addresses.ts';
import { logFileOf, Supervisor, type SupervisorEvent } from './supervisor.ts';

let store = '';

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'leti-supervisor-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(store, { recursive: true, force: true });
});

test('a service that refuses its settings is told by them, once, whatever an earlier start had logged', async () => {
  vi.stubEnv('LETI_EVALUATOR_SLOTS', 'many');
  const logFile = logFileOf(store, 'evaluator');
  mkdirSync(dirname(logFile));
  writeFileSync(logFile, '{"level":"fatal","err":{"message":"of an earlier start"}}\n');
  const events: SupervisorEvent[] = [];
  const started = Supervisor.start({
    services: ['evaluator'],
    deployment: { addresses: await chooseAddresses({ basePort: 0 }), store, data: undefined },
    onEvent: (event) => events.push(event),
    signal: new AbortController().signal,
  });
  await expect(started).rejects.toMatchObject({
    exitCode: 3,
    message: 'the evaluator did not start: it ended with exit status 2',
    details: [expect.stringMatching(/^LETI_EVALUATOR_SLOTS slots: .*got "many"$/), `its log: ${logFile}`],
  });
  expect(events.map(({ kind }) => kind)).toEqual(['starting']);
});
