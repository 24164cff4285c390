import type { Server, ServerCredentials } from '@grpc/grpc-js';

/** The address that a server was to listen on is taken. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly address: string;

  constructor(address: string, options?: ErrorOptions) {
    super(`${address} is in use by another process; stop it or choose another address`, options);
    this.address = address;
  }
}

/** The address that a server was to listen on cannot be used. */
export class InvalidAddressError extends Error {
  override readonly name = 'InvalidAddressError';
  readonly address: string;

  constructor(address: string, problem: string, options?: ErrorOptions) {
    super(`cannot listen on ${JSON.stringify(address)}: ${problem}`, options);
    this.address = address;
  }
}

/**
 * Binds a server to `host:port`; port 0 takes a free one.
 * @returns the port
 * @throws {PortInUseError} @throws {InvalidAddressError}
 */
export async function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  const port = /:(\d{1,5})$/.exec(address)?.[1];
  if (port === undefined || Number(port) > 65_535) {
    throw new InvalidAddressError(address, 'expected host:port with a port of 0 to 65535, e.g. 127.0.0.1:50051');
  }
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else if (error.message.includes('EADDRINUSE')) reject(new PortInUseError(address, { cause: error }));
      else reject(new InvalidAddressError(address, error.message, { cause: error }));
    });
  });
}
