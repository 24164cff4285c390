import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { serve } from './serve.ts';

const program = fileURLToPath(new URL('./health-probe.ts', import.meta.url));

async function probe(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

test('ends with 0 while the server is SERVING, with 1 while it is not, with 2 without an address', async () => {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const server = await serve({ address: '127.0.0.1:0', logger, handleSignals: false, drainMs: 0, services: [] });
  const address = `127.0.0.1:${server.port}`;
  expect(await probe([address])).toBe(0);
  expect(await probe([], { LETI_HEALTH_ADDRESS: address })).toBe(0);
  server.setServing(false);
  expect(await probe([address])).toBe(1);
  await server.close();
  expect(await probe([address])).toBe(1);
  expect(await probe([])).toBe(2);
});
