import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { EventLog, readEvents } from './event-log.ts';
import { JsonLinesFile, readJsonLines } from './json-lines.ts';
import { ResourceStore } from './resource-store.ts';

const script = (name: string): string => fileURLToPath(new URL(`./testing/${name}`, import.meta.url));

/** Lets a writer run for a while, kills it, and returns the last number it called safe, by kind. */
async function runAndKill(folder: string, ms: number): Promise<ReadonlyMap<string, number>> {
  const child = spawn(process.execPath, [script('endless-writer.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const safe = new Map<string, number>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [kind = '', number = ''] = line.split(' ');
    safe.set(kind, Number(number));
  });
  await once(lines, 'line');
  await sleep(ms);
  child.kill('SIGKILL');
  await once(child, 'close');
  return safe;
}

describe('a store whose writer is killed', () => {
  test('has everything that was called safe, and nothing broken, again and again', async () => {
    const folder = temporaryFolder();
    for (const ms of [5, 17, 40, 71, 110]) {
      const safe = await runAndKill(folder, ms);
      const events = await readEvents<string>(join(folder, 'events.jsonl'));
      const records = await readJsonLines<{ index: number }>(join(folder, 'ledger.jsonl'));
      const store = await ResourceStore.open<{ step: number }>({ folder: join(folder, 'runs') });
      const { runs } = await store.list();
      expect(events.length).toBeGreaterThanOrEqual(safe.get('event') ?? 0);
      expect(records.length).toBeGreaterThan(safe.get('record') ?? -1);
      expect(records.map(({ index }) => index)).toEqual(records.map((_, index) => index));
      expect(runs).toHaveLength(1);
      expect(runs[0]?.value.step).toBeGreaterThanOrEqual(safe.get('step') ?? 0);
    }
    const log = await EventLog.open<string>(join(folder, 'events.jsonl'));
    expect(await log.append('still works')).toBe(log.lastNumber);
    await log.close();
  });
});

describe('a store whose disk is full', () => {
  test('says so, keeps what it had, shows nothing half written, and goes on with what fits', async () => {
    const folder = temporaryFolder();
    // ulimit -f counts blocks of 1024 bytes: no file beyond 50 KiB, the same failure as a full disk at that point.
    const command = `ulimit -f 50 && exec "${process.execPath}" "${script('full-disk-writer.ts')}" "${folder}"`;
    const seen = JSON.parse(execFileSync('bash', ['-c', command], { encoding: 'utf8' })) as Record<string, unknown>;
    expect(seen).toMatchObject({
      event: 'StoreFullError',
      records: 'StoreFullError',
      page: 'StoreFullError',
      create: 'StoreFullError',
      update: 'StoreFullError',
    });
    const events = await readEvents<string>(join(folder, 'events.jsonl'));
    const acknowledged = Number(seen['events']) + 1;
    expect(seen['smallEvent']).toBe(acknowledged);
    expect(events).toHaveLength(acknowledged);
    expect(readFileSync(join(folder, 'events.jsonl'), 'utf8').endsWith('}\n')).toBe(true);
    const ledger = await JsonLinesFile.open(join(folder, 'ledger.jsonl'));
    expect(ledger.records).toEqual(['kept', 'also kept']);
    await ledger.close();
    expect(readFileSync(join(folder, 'page.txt'), 'utf8')).toBe('old');
    const store = await ResourceStore.open<{ text: string }>({ folder: join(folder, 'runs') });
    expect((await store.list()).runs.map(({ value }) => value)).toEqual([{ text: 'small' }]);
    expect(readdirSync(folder).sort()).toEqual(['events.jsonl', 'ledger.jsonl', 'page.txt', 'runs']);
    expect(readdirSync(join(folder, 'runs'))).toHaveLength(2);
  });
});
