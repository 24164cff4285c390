import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { InvalidAddressError, PortInUseError } from '@leti/rpc';
import type { Registry } from '@prometheus-io/client';

/** A listener that Prometheus reads from. */
export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

const ROUTE = '/metrics';
const TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 64;

/**
 * Serves a registry as `GET /metrics` over plain HTTP, and nothing else. It has no authentication: the address decides who
 * can read it.
 * @param address `host:port`; port 0 takes a free one
 * @throws {PortInUseError} @throws {InvalidAddressError}
 */
export async function serveMetrics(address: string, registry: Registry): Promise<MetricsServer> {
  const { host, port } = split(address);
  const server = createServer((request, response) => void answer(registry, request, response));
  server.requestTimeout = TIMEOUT_MS;
  server.headersTimeout = TIMEOUT_MS;
  server.keepAliveTimeout = TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, host, port, address);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(registry: Registry, { method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (url?.split('?')[0] !== ROUTE) {
    response.writeHead(404).end(`only ${ROUTE} is here\n`);
  } else if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
  } else {
    try {
      const text = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType }).end(text);
    } catch (error) {
      response.writeHead(500).end(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

function listen(server: Server, host: string, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new PortInUseError(address, { cause: error }));
      else reject(new InvalidAddressError(address, error.message, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });
}

function split(address: string): { host: string; port: number } {
  const found = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535)
    throw new InvalidAddressError(address, 'expected host:port with a port of 0 to 65535, e.g. 127.0.0.1:9090');
  return { host: found[1] ?? found[2] ?? '', port };
}
