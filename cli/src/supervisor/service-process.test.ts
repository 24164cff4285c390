import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServiceProcess } from './service-process.ts';

let folder = '';
const running: ServiceProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leti-service-process-'));
});
afterEach(() => {
  for (const each of running.splice(0)) each.kill();
  rmSync(folder, { recursive: true, force: true });
});

const logged = (): string => readFileSync(join(folder, 'log'), 'utf8');

/** A program that says "up", and on SIGTERM "drained" before it leaves. */
const GOOD = `
  console.log('up', process.argv[2]);
  const alive = setInterval(() => {}, 1000);
  process.on('SIGTERM', () => { console.log('drained'); clearInterval(alive); });
`;

function start(source: string, onEnd: (exit: string, delayMs: number | undefined) => void = () => {}): ServiceProcess {
  const program = join(folder, 'program.mjs');
  writeFileSync(program, source);
  const service = new ServiceProcess({
    program,
    args: ['here'],
    logFile: join(folder, 'log'),
    onEnd: ({ exit, delayMs }) => onEnd(exit, delayMs),
  });
  running.push(service);
  return service;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

const ups = (): number => logged().split('up here').length - 1;

test('stop lets the process drain, and it is not started again', async () => {
  const service = start(GOOD);
  await until(() => ups() === 1);
  await service.stop(10_000);
  expect(logged()).toBe('up here\ndrained\n');
  expect(service).toMatchObject({ restarts: 0, firstExit: 'exit status 0', pid: undefined });
});

test('a process that is killed is started again', async () => {
  const exits: string[] = [];
  const service = start(GOOD, (exit) => exits.push(exit));
  await until(() => ups() === 1);
  process.kill(service.pid ?? 0, 'SIGKILL');
  await until(() => ups() === 2);
  expect(exits).toEqual(['SIGKILL']);
  expect(service.restarts).toBe(1);
  await service.stop(10_000);
});

test('a process that keeps dying is started later and later', async () => {
  const delays: (number | undefined)[] = [];
  const service = start(`console.log('up', process.argv[2]); process.exit(7);`, (exit, delayMs) => {
    expect(exit).toBe('exit status 7');
    delays.push(delayMs);
  });
  await service.ended;
  await until(() => delays.length === 3);
  expect(delays).toEqual([200, 400, 800]);
});

test('a process that refuses its settings is not started again', async () => {
  const delays: (number | undefined)[] = [];
  const service = start(`console.log('up', process.argv[2]); process.exit(2);`, (_, delayMs) => delays.push(delayMs));
  await service.ended;
  await sleep(500);
  expect(delays).toEqual([undefined]);
  expect(ups()).toBe(1);
});

test('the log of the newest process begins where the others’ ends', async () => {
  writeFileSync(join(folder, 'log'), 'earlier\n');
  const service = start(GOOD);
  await until(() => ups() === 1);
  expect(service.logStart).toBe('earlier\n'.length);
  process.kill(service.pid ?? 0, 'SIGKILL');
  await until(() => ups() === 2);
  expect(service.logStart).toBe('earlier\nup here\n'.length);
});

test('a process that ignores SIGTERM is killed when the patience ends', async () => {
  const service = start(
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up', process.argv[2]);`,
  );
  await until(() => ups() === 1);
  await service.stop(200);
  expect(service.firstExit).toBe('SIGKILL');
});

test('a process drains when its starter is gone', async () => {
  const good = join(folder, 'good.mjs');
  writeFileSync(good, GOOD);
  const url = new URL('./service-process.ts', import.meta.url).href;
  const starter = start(`
    import { ServiceProcess } from '${url}';
    new ServiceProcess({ program: '${good}', args: ['here'], logFile: '${join(folder, 'inner')}', onEnd() {} });
    setInterval(() => {}, 1000);
  `);
  const inner = (): string => {
    try {
      return readFileSync(join(folder, 'inner'), 'utf8');
    } catch {
      return '';
    }
  };
  await until(() => inner() === 'up here\n');
  process.kill(starter.pid ?? 0, 'SIGKILL');
  await until(() => inner().includes('drained'));
  expect(inner()).toBe('up here\ndrained\n');
});
