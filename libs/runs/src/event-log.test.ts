import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { EventLog, readEvents, type LoggedEvent } from './event-log.ts';
import { CorruptStoreError } from './store-errors.ts';

const path = (): string => join(temporaryFolder(), 'events.jsonl');
const now = (): Date => new Date('2026-11-21T04:36:12.123Z');

async function collect(events: AsyncIterable<LoggedEvent<string>>, into: string[] = []): Promise<string[]> {
  for await (const { number, event } of events) into.push(`${number} ${event}`);
  return into;
}

describe('EventLog', () => {
  test('numbers events from 1 and goes on after opening again', async () => {
    const file = path();
    const log = await EventLog.open<string>(file, { now });
    expect(log.lastNumber).toBe(0);
    expect(await Promise.all([log.append('a'), log.append('b')])).toEqual([1, 2]);
    await log.close();
    const again = await EventLog.open<string>(file, { now });
    expect(again.lastNumber).toBe(2);
    expect(await again.append('c')).toBe(3);
    expect(await again.read(1)).toEqual([
      { number: 2, time: now(), event: 'b' },
      { number: 3, time: now(), event: 'c' },
    ]);
    await again.close();
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(
      '{"number":1,"time":"2026-11-21T04:36:12.123Z","event":"a"}',
    );
    expect((await readEvents<string>(file, 2)).map(({ event }) => event)).toEqual(['c']);
  });

  test('follows what was there and what comes, to any number of followers, until it is closed', async () => {
    const log = await EventLog.open<string>(path());
    await log.append('a');
    await log.append('b');
    const followers = [collect(log.follow()), collect(log.follow(1)), collect(log.follow(3))];
    for (const event of ['c', 'd', 'e']) await log.append(event);
    await log.close();
    expect(await Promise.all(followers)).toEqual([
      ['1 a', '2 b', '3 c', '4 d', '5 e'],
      ['2 b', '3 c', '4 d', '5 e'],
      ['4 d', '5 e'],
    ]);
  });

  test('gives a follower every event once while many are added', async () => {
    const log = await EventLog.open<string>(path());
    const seen = collect(log.follow());
    for (let i = 0; i < 1000; i++) {
      const appended = log.append(String(i));
      if (i % 100 === 0) await appended;
    }
    await log.close();
    expect(await seen).toEqual(Array.from({ length: 1000 }, (_, i) => `${i + 1} ${i}`));
  });

  test('gives a follower that is slow every event, also after the log was closed', async () => {
    const log = await EventLog.open<string>(path());
    await Promise.all(Array.from({ length: 1000 }, (_, i) => log.append(String(i))));
    const follower = log.follow();
    await follower.next();
    await log.close();
    await log.close();
    expect(await collect(follower)).toHaveLength(999);
    expect(await log.read(998)).toHaveLength(2);
    await expect(log.append('late')).rejects.toThrow(/has been closed/);
  });

  test('ends a follower by its signal, while it waits and while it reads', async () => {
    const log = await EventLog.open<string>(path());
    await log.append('a');
    await log.append('b');
    const controller = new AbortController();
    const seen: string[] = [];
    const waiting = collect(log.follow(0, controller.signal), seen);
    await expect.poll(() => seen.length).toBe(2);
    controller.abort();
    expect(await waiting).toEqual(['1 a', '2 b']);
    expect(await collect(log.follow(0, AbortSignal.abort()))).toEqual([]);
    await log.close();
  });

  test('leaves no trace of a follower that breaks off', async () => {
    const log = await EventLog.open<string>(path());
    await log.append('a');
    for await (const { number } of log.follow()) {
      expect(number).toBe(1);
      break;
    }
    expect(await log.append('b')).toBe(2);
    await log.close();
  });

  test('cuts off a torn event and gives its number again', async () => {
    const file = path();
    const log = await EventLog.open<string>(file);
    await log.append('a');
    await log.close();
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"number":2,"ti`);
    expect(await readEvents(file)).toHaveLength(1);
    const again = await EventLog.open<string>(file);
    expect(await again.append('b')).toBe(2);
    await again.close();
  });

  test.each([
    [
      'a gap',
      '{"number":1,"time":"2026-11-21T00:00:00Z","event":1}\n{"number":3,"time":"2026-11-21T00:00:00Z","event":1}\n',
    ],
    ['no time', '{"number":1,"time":"2026-11-21T00:00:00Z","event":1}\n{"number":2,"event":1}\n'],
    ['no object', '{"number":1,"time":"2026-11-21T00:00:00Z","event":1}\nnull\n'],
  ])('names the line of a log with %s', async (_, content) => {
    const file = path();
    writeFileSync(file, content);
    await expect(EventLog.open(file)).rejects.toMatchObject({ line: 2 });
    await expect(EventLog.open(file)).rejects.toBeInstanceOf(CorruptStoreError);
    await expect(readEvents(file)).rejects.toMatchObject({ line: 2 });
  });

  test('checks events with parse', async () => {
    const file = path();
    const parse = (json: unknown): string => {
      if (typeof json !== 'string') throw new TypeError('no text');
      return json.toUpperCase();
    };
    const log = await EventLog.open<string>(file, { parse });
    await log.append('a');
    expect((await log.read()).map(({ event }) => event)).toEqual(['A']);
    await log.close();
  });
});
