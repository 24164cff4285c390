import { status } from '@grpc/grpc-js';

/** Name of a canonical gRPC status, e.g. 'NOT_FOUND'. */
export type StatusCode = keyof typeof status;

const NAMES = new Map<number, StatusCode>(
  (Object.entries(status) as [StatusCode, unknown][]).flatMap(([name, value]): [number, StatusCode][] =>
    typeof value === 'number' ? [[value, name]] : [],
  ),
);

/** The number that stands for a status on the wire, 0 to 16; the same as google.rpc.Code. */
export function codeNumber(code: StatusCode): number {
  return status[code];
}

/** The status of a number on the wire; UNKNOWN for a number that gRPC does not define. */
export function codeFromNumber(number: number): StatusCode {
  return NAMES.get(number) ?? 'UNKNOWN';
}
