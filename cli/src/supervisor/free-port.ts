import { createServer } from 'node:net';

/** The host and port of "host:port"; an IPv6 host stands in brackets. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(at + 1)) };
}

async function bind(host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}

/** Whether something could listen at an address now. */
export async function isFree(address: string): Promise<boolean> {
  const { host, port } = splitAddress(address);
  try {
    await bind(host, port);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** A port of this host that nothing uses now. */
export const freePort = (host: string): Promise<number> => bind(host, 0);
