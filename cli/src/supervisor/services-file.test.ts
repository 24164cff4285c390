import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisProcess } from '@leti/runs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseAddresses, isLocal, resolveAddresses } from '../addresses.ts';
import { DEFAULT_ADDRESSES } from './service-definition.ts';
import { claimStore, readServicesFile } from './services-file.ts';

let store = '';

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'leti-services-file-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const OTHER = { ...DEFAULT_ADDRESSES, trainer: '127.0.0.1:6003' };

test('a claimed store tells others where the services are, and refuses a second claim', async () => {
  const release = await claimStore(store, OTHER);
  expect(await resolveAddresses({ generatorAddress: 'far:1' }, store)).toEqual({ ...OTHER, generator: 'far:1' });
  await expect(claimStore(store, DEFAULT_ADDRESSES)).rejects.toThrow(
    `but process ${process.pid} on ${hostname()} serves ${store}`,
  );
  await release();
  expect(await resolveAddresses({}, store)).toEqual(DEFAULT_ADDRESSES);
});

test('of claims made at once one holds; the others leave its file alone', async () => {
  const claims = await Promise.allSettled(Array.from({ length: 8 }, () => claimStore(store, OTHER)));
  const held = claims.filter(({ status }) => status === 'fulfilled');
  expect(held).toHaveLength(1);
  expect(await readServicesFile(store)).toMatchObject({ supervisor: { pid: process.pid }, addresses: OTHER });
});

test('a holder that gave the store back twice does not take it from the next', async () => {
  const first = await claimStore(store, DEFAULT_ADDRESSES);
  await first();
  await claimStore(store, OTHER);
  await first();
  expect(await readServicesFile(store)).toMatchObject({ addresses: OTHER });
});

test('what a dead process claimed is free, even when its id is in use again', async () => {
  const dead = { ...thisProcess(), startTime: '1' };
  writeFileSync(join(store, 'writer.1.lock'), JSON.stringify({ holder: dead }));
  writeFileSync(join(store, 'services.json'), JSON.stringify({ supervisor: dead, addresses: DEFAULT_ADDRESSES }));
  expect(await readServicesFile(store)).toBeUndefined();
  await claimStore(store, OTHER);
  expect(await readServicesFile(store)).toMatchObject({ addresses: OTHER });
});

test('a base port gives four ports in a row in the order of the default ones; 0 gives free ones', async () => {
  expect(await chooseAddresses({ basePort: 7000, trainerAddress: 'localhost:9' })).toEqual({
    generator: '127.0.0.1:7000',
    evaluator: '127.0.0.1:7001',
    trainer: 'localhost:9',
    benchmark: '127.0.0.1:7003',
  });
  const free = await chooseAddresses({ basePort: 0 });
  expect(new Set(Object.values(free)).size).toBe(4);
});

test.each([
  ['127.0.0.1:1', true],
  ['localhost:1', true],
  ['[::1]:1', true],
  ['10.0.0.1:1', false],
  ['evaluator.leti.svc:50052', false],
])('%s is local: %s', (address, local) => {
  expect(isLocal(address)).toBe(local);
});
