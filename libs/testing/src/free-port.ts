import { createServer, type AddressInfo } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody listens on just now, for a process that cannot be given port 0. Another process may
 * take it before; prefer port 0.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
