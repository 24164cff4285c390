import { readFileSync } from 'node:fs';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';

/** Where a server's certificate lies, PEM files. */
export interface ServerTls {
  readonly certFile: string;
  readonly keyFile: string;
  /** When given, only clients with a certificate from this authority may call. */
  readonly caFile?: string;
}

/** What a client trusts and shows, PEM files. */
export interface ClientTls {
  /** Authority that signed the server's certificate. @default the system's authorities */
  readonly caFile?: string;
  /** The client's own certificate and key, for servers that ask for one. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Credentials of a server; plain text without `tls`. @throws when a file cannot be read */
export function serverCredentials(tls: ServerTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { private_key: readFileSync(tls.keyFile), cert_chain: readFileSync(tls.certFile) };
  const authority = tls.caFile === undefined ? null : readFileSync(tls.caFile);
  return ServerCredentials.createSsl(authority, [pair], authority !== null);
}

/** Credentials of a client; plain text without `tls`. @throws when a file cannot be read */
export function clientCredentials(tls: ClientTls | undefined): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure();
  const read = (path: string | undefined): Buffer | null => (path === undefined ? null : readFileSync(path));
  return ChannelCredentials.createSsl(read(tls.caFile), read(tls.keyFile), read(tls.certFile));
}
