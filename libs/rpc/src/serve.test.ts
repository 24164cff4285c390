import { execFile, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ChannelCredentials, Client } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InvalidAddressError, PortInUseError } from './bind.ts';
import type { AnyMethod } from './client-call.ts';
import type { ServerTls } from './credentials.ts';
import { collect, smallClient, smallServer } from './testing/small-service.ts';

const BUF = fileURLToPath(new URL('../../../node_modules/.bin/buf', import.meta.url));
const curl = async (...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(BUF, ['curl', '--protocol', 'grpc', '--http2-prior-knowledge', ...args]);
  return stdout;
};

describe('a server', () => {
  test('logs the port that it listens on', async () => {
    const { port, lines } = await smallServer({});
    expect(port).toBeGreaterThan(0);
    expect(lines[0]).toMatchObject({ level: 'info', service: 'test', event: 'listening', port });
  });

  test('names an address that is in use', async () => {
    const { address } = await smallServer({});
    const error: unknown = await smallServer({}, { address }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PortInUseError);
    expect(error).toMatchObject({ address, message: expect.stringContaining(`${address} is in use`) as string });
  });

  test.each(['127.0.0.1', 'localhost:', '127.0.0.1:70000', '203.0.113.1:1', ''])(
    'refuses to listen on %j',
    async (address) => {
      const error: unknown = await smallServer({}, { address }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(InvalidAddressError);
      expect(error).toMatchObject({ address });
    },
  );

  test('answers UNIMPLEMENTED for a method without a handler', async () => {
    const { address } = await smallServer({});
    await expect(smallClient(address).one('a')).rejects.toMatchObject({ code: 'UNIMPLEMENTED' });
  });

  test('lists, describes and calls by reflection', async () => {
    const { address } = await smallServer({ one: (id) => `${id}!` });
    const url = `http://${address}`;
    expect((await curl('--list-services', url)).trim().split('\n').toSorted()).toEqual([
      'grpc.health.v1.Health',
      'leti.v1.EvaluatorService',
      'leti.v1.TrainerService',
    ]);
    const data = '{"program":{"program_id":"a","limits":{"cpu_time":"5s"}}}';
    const answer = await curl('-d', data, `${url}/leti.v1.EvaluatorService/EvaluateProgram`);
    expect(JSON.parse(answer)).toEqual({ programId: 'a!' });
    const health = await curl('-d', '{"service":"leti.v1.EvaluatorService"}', `${url}/grpc.health.v1.Health/Check`);
    expect(JSON.parse(health)).toEqual({ status: 'SERVING' });
  });

  test('shows rich errors to any client', async () => {
    const { address } = await smallServer({});
    const url = `http://${address}/leti.v1.EvaluatorService/EvaluateProgram`;
    await expect(curl('-d', '{}', url)).rejects.toMatchObject({
      stderr: expect.stringContaining('unimplemented') as string,
    });
  });
});

describe('closing', () => {
  test('lets running calls end, refuses new ones, and ends watches at once', async () => {
    const finish = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    let watchReason: unknown;
    const server = await smallServer(
      {
        one: () => {
          started.resolve();
          return finish.promise;
        },
        async *many(_, { signal }) {
          yield 1;
          await once(signal, 'abort');
          watchReason = signal.reason;
        },
        manyOptions: { endOnDrain: true },
      },
      { drainMs: 60_000 },
    );
    const client = smallClient(server.address);
    const running = client.one('a');
    const watch = client.many('w');
    await watch.next();
    await started.promise;
    const closing = server.close();
    await expect(watch.next()).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'SERVER_SHUTTING_DOWN' });
    expect(watchReason).toMatchObject({ code: 'UNAVAILABLE' });
    await expect(smallClient(server.address).one('b')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    finish.resolve('done');
    expect(await running).toBe('done');
    await closing;
    await server.closed;
    await server.close();
  });

  test('cuts off calls that take too long, with UNAVAILABLE', async () => {
    const started = Promise.withResolvers<void>();
    const server = await smallServer(
      {
        one: async (id) => {
          started.resolve();
          await new Promise(() => {});
          return id;
        },
        async *many() {
          yield 1;
          await new Promise(() => {});
        },
      },
      { drainMs: 20 },
    );
    const client = smallClient(server.address);
    const running = client.one('a').catch((error: unknown) => error);
    const watch = collect(client.many('w')).catch((error: unknown) => error);
    await started.promise;
    await server.close();
    expect(await watch).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await running).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('does not wait for those who watch its health', async () => {
    const server = await smallServer({}, { drainMs: 60_000 });
    const client = new Client(server.address, ChannelCredentials.createInsecure());
    const { path, requestSerialize, responseDeserialize } = healthService['Watch'] as AnyMethod;
    const watch = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: '' });
    const statuses: unknown[] = [];
    watch.on('data', (message) => statuses.push(message)).on('error', () => {});
    await expect.poll(() => statuses).toEqual([{ status: 'SERVING' }]);
    await server.close();
    expect(statuses).toEqual([{ status: 'SERVING' }, { status: 'NOT_SERVING' }]);
    client.close();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the process in order, with its last answer', async (signal) => {
    const path = fileURLToPath(new URL('./testing/server-process.ts', import.meta.url));
    const child = fork(path, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    const [port] = (await once(child, 'message')) as [number];
    const running = smallClient(`127.0.0.1:${port}`).one('a');
    await once(child, 'message'); // the call has arrived
    child.kill(signal);
    expect(await running).toBe('a, late');
    expect(await exit).toEqual([0, null]);
  });
});

describe('TLS', () => {
  /** An authority, and a certificate of localhost and 127.0.0.1 that it signed, as PEM files. */
  function certificates(): { caFile: string; certFile: string; keyFile: string } {
    const folder = mkdtempSync(join(tmpdir(), 'leti-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
    openssl('req', '-x509', ...key, '-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.pem');
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    openssl(
      'req',
      '-x509',
      ...key,
      ...name,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-keyout',
      'own.key',
      '-out',
      'own.pem',
    );
    const path = (file: string): string => join(folder, file);
    return { caFile: path('ca.pem'), certFile: path('own.pem'), keyFile: path('own.key') };
  }

  test('encrypts, and asks for a certificate when it has an authority', async () => {
    const { caFile, certFile, keyFile } = certificates();
    const handlers = { one: (id: string) => id };
    const serveAt = async (tls: ServerTls): Promise<string> =>
      `localhost:${(await smallServer(handlers, { address: 'localhost:0', tls })).port}`;
    const open = await serveAt({ certFile, keyFile });
    expect(await smallClient(open, { tls: { caFile } }).one('a')).toBe('a');
    await expect(smallClient(open).one('a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const strict = await serveAt({ certFile, keyFile, caFile });
    expect(await smallClient(strict, { tls: { caFile, certFile, keyFile } }).one('a')).toBe('a');
    await expect(smallClient(strict, { tls: { caFile } }).one('a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('names a certificate file that is missing', async () => {
    const tls = { certFile: '/nowhere/own.pem', keyFile: '/nowhere/own.key' };
    await expect(smallServer({}, { tls })).rejects.toThrow(/\/nowhere\/own\.(pem|key)/);
  });
});
