import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { EndpointUnavailableError } from './endpoint-errors.ts';
import { createHttpJson, type HttpJson } from './http-json.ts';

let server: Server;
let http: HttpJson;
afterEach(async () => {
  http.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function start(listener: RequestListener, timeoutMs = 10_000, connections = 4, apiKey?: string): Promise<void> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  http = createHttpJson({ url, apiKey, connections, timeoutMs });
}

const signal = new AbortController().signal;

test('gives up on a server that says nothing', async () => {
  await start(() => {}, 50);
  await expect(http.ask('/models', undefined, signal)).rejects.toThrow('no word for 50 ms');
});

test('takes an answer that breaks off for none', async () => {
  await start((_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"data":', () => response.destroy());
  });
  await expect(http.ask('/models', undefined, signal)).rejects.toThrow(EndpointUnavailableError);
});

test('gives up on an answer without end', async () => {
  const part = Buffer.alloc(1 << 20, ' ');
  await start((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(part));
    };
    response.on('drain', more);
    more();
  });
  await expect(http.ask('/models', undefined, signal)).rejects.toThrow('want an answer of at most 67108864 bytes');
});

test('shows no key, though the server sends it back', async () => {
  const listener: RequestListener = (request, response) =>
    response.writeHead(400).end(`no good: ${request.headers.authorization}`);
  await start(listener, 10_000, 4, 'secret-key');
  await expect(http.ask('/models', undefined, signal)).rejects.toThrow('got status 400: no good: Bearer (the key)');
});

test('has no more requests under way than connections', async () => {
  let under = 0;
  let most = 0;
  await start(
    (_, response) => {
      most = Math.max(most, ++under);
      setTimeout(() => {
        under--;
        response.end('{}');
      }, 5);
    },
    10_000,
    2,
  );
  await Promise.all(Array.from({ length: 12 }, () => http.ask('/completions', {}, signal)));
  expect(most).toBe(2);
});

test('ends a request with the reason of its signal, one that waits for a connection too', async () => {
  await start(() => {}, 10_000, 1);
  const abort = new AbortController();
  const asked = [1, 2].map(() => http.ask('/completions', {}, abort.signal).catch((error: unknown) => error));
  const reason = new Error('enough');
  setTimeout(() => abort.abort(reason), 20);
  expect(await Promise.all(asked)).toEqual([reason, reason]);
  await expect(http.ask('/completions', {}, abort.signal)).rejects.toBe(reason);
});
