import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { ResourceStore } from './resource-store.ts';
import { CorruptStoreError, InvalidPageTokenError, InvalidRequestIdError, RunNotFoundError } from './store-errors.ts';

interface Run {
  readonly state: string;
  readonly steps: number;
}
const value: Run = { state: 'queued', steps: 0 };

/** A clock that goes a second a reading. */
function clock(): () => Date {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 10, 21, 4, 0, seconds++));
}
const open = (folder = temporaryFolder()): Promise<ResourceStore<Run>> =>
  ResourceStore.open<Run>({ folder: join(folder, 'runs'), now: clock() });

describe('ResourceStore', () => {
  test('creates a run in a folder of its own, named by time', async () => {
    const store = await open();
    const { run, created } = await store.create(value);
    expect(created).toBe(true);
    expect(run).toEqual({ id: run.id, createTime: new Date('2026-11-21T04:00:00Z'), requestId: '', value });
    expect(run.id).toMatch(/^20261121-040000-000-[0-9a-f]{6}$/);
    expect(await store.get(run.id)).toEqual(run);
    expect(JSON.parse(readFileSync(join(store.folderOf(run.id), 'run.json'), 'utf8'))).toMatchObject({ value });
  });

  test('returns the same run for the same request id, also in a store opened again', async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    const first = await store.create(value, { requestId: 'my-run.1' });
    const again = await store.create({ ...value, steps: 9 }, { requestId: 'my-run.1' });
    expect(again).toEqual({ run: first.run, created: false });
    const elsewhere = await (await open(folder)).create(value, { requestId: 'my-run.1' });
    expect(elsewhere.run.id).toBe(first.run.id);
    expect((await store.create(value, { requestId: 'my-run.2' })).created).toBe(true);
    expect(await store.ids()).toHaveLength(2);
  });

  test('creates one run when the same request comes many times at once', async () => {
    const folder = temporaryFolder();
    const stores = await Promise.all([open(folder), open(folder)]);
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? stores[0] : stores[1])?.create(value, { requestId: 'r' })),
    );
    expect(new Set(results.map((result) => result?.run.id)).size).toBe(1);
    expect(results.filter((result) => result?.created)).toHaveLength(1);
  });

  test('finishes the creation that a crash interrupted', async () => {
    const folder = temporaryFolder();
    const store = await open(folder);
    writeFileSync(join(folder, 'runs', '.requests', 'r'), '20261121-030000-000-abcdef');
    const { run, created } = await store.create(value, { requestId: 'r' });
    expect([run.id, created]).toEqual(['20261121-030000-000-abcdef', true]);
    expect((await store.create(value, { requestId: 'r' })).created).toBe(false);
  });

  test.each(['', '.', '..', '../x', 'a/b', '.hidden', 'a b', 'x'.repeat(65)].slice(1))(
    'refuses the request id %j',
    async (requestId) => {
      await expect((await open()).create(value, { requestId })).rejects.toBeInstanceOf(InvalidRequestIdError);
    },
  );

  test.each(['20261121-040000-000-abcdef', '', '..', '../../etc', '.requests', 'x'])('has no run %j', async (id) => {
    const store = await open();
    await expect(store.get(id)).rejects.toBeInstanceOf(RunNotFoundError);
    await expect(store.update(id, (run) => run)).rejects.toBeInstanceOf(RunNotFoundError);
  });

  test('lists newest first, page by page, while runs are added', async () => {
    const store = await open();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await store.create({ ...value, steps: i })).run.id);
    const first = await store.list({ pageSize: 2 });
    expect(first.runs.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    await store.create(value);
    const second = await store.list({ pageSize: 2, pageToken: first.nextPageToken });
    expect(second.runs.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    const third = await store.list({ pageSize: 2, pageToken: second.nextPageToken });
    expect(third.runs.map(({ id }) => id)).toEqual(ids.slice(4));
    expect(third.nextPageToken).toBe('');
    expect((await store.list()).runs).toHaveLength(6);
  });

  test('refuses a page token of its own making', async () => {
    await expect((await open()).list({ pageToken: 'x' })).rejects.toBeInstanceOf(InvalidPageTokenError);
  });

  test('changes a run by one update after the other', async () => {
    const store = await open();
    const { run } = await store.create(value);
    await Promise.all(
      Array.from({ length: 8 }, () => store.update(run.id, async ({ state, steps }) => ({ state, steps: steps + 1 }))),
    );
    expect((await store.get(run.id)).value.steps).toBe(8);
  });

  test('leaves a run as it is when a change throws, and goes on', async () => {
    const store = await open();
    const { run } = await store.create(value);
    const failing = store.update(run.id, () => {
      throw new RangeError('not from queued');
    });
    const following = store.update(run.id, (before) => ({ ...before, state: 'running' }));
    await expect(failing).rejects.toThrow('not from queued');
    expect((await following).value.state).toBe('running');
  });

  test.each(['{"id":', '', '{"id":"x","createTime":"2026-11-21T00:00:00Z","requestId":"","value":{"state":3}}'])(
    'names a run file that holds %j, and lists the others',
    async (content) => {
      const folder = temporaryFolder();
      const parse = (json: unknown): Run => {
        if (typeof (json as Run).state !== 'string') throw new TypeError('state must be text');
        return json as Run;
      };
      const unreadable: string[] = [];
      const onUnreadable = (id: string): unknown => unreadable.push(id);
      const store = await ResourceStore.open({ folder, parse, onUnreadable });
      const { run } = await store.create(value);
      const { run: whole } = await store.create(value);
      const path = join(store.folderOf(run.id), 'run.json');
      writeFileSync(path, content);
      await expect(store.get(run.id)).rejects.toBeInstanceOf(CorruptStoreError);
      await expect(store.get(run.id)).rejects.toMatchObject({ path });
      expect(await store.list()).toEqual({ runs: [whole], nextPageToken: '' });
      expect(unreadable).toEqual([run.id]);
    },
  );

  test('does not store what could not be read again', async () => {
    const parse = (json: unknown): Run => {
      if (typeof (json as Run).steps !== 'number') throw new TypeError('steps must be a number');
      return json as Run;
    };
    const store = await ResourceStore.open({ folder: temporaryFolder(), parse });
    await expect(store.create({ ...value, steps: Number.NaN }, { requestId: 'r' })).rejects.toThrow('steps');
    expect(await store.ids()).toEqual([]);
    expect((await store.create(value, { requestId: 'r' })).created).toBe(true);
  });

  test('removes what was abandoned in the making, and nothing younger', async () => {
    const folder = temporaryFolder();
    await open(folder);
    for (const name of ['.new-old', '.new-young']) mkdirSync(join(folder, 'runs', name));
    utimesSync(join(folder, 'runs', '.new-old'), new Date(0), new Date(0));
    await open(folder);
    expect(readdirSync(join(folder, 'runs')).sort()).toEqual(['.new-young', '.requests']);
  });
});
