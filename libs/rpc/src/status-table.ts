import { InvalidArgumentError, type FieldViolation } from './invalid-argument-error.ts';
import { RpcError } from './rpc-error.ts';
import type { StatusCode } from './status-code.ts';

/** Any class of errors, whatever its constructor takes. */
export type ErrorClass<E extends Error = Error> = abstract new (...args: never[]) => E;

/** How one class of errors looks on the wire. */
export interface StatusRow<E extends Error = Error> {
  readonly code: StatusCode;
  /** ErrorInfo.reason, UPPER_SNAKE_CASE. */
  readonly reason: string;
  /** Bad request fields that the error stands for. */
  readonly violations?: (error: E) => readonly FieldViolation[];
  /** ErrorInfo.metadata. */
  readonly metadata?: (error: E) => Readonly<Record<string, string>>;
}

/** Which error class becomes which status. The first row whose class matches decides, so put sub-classes first. */
export type StatusTable = readonly (readonly [ErrorClass, StatusRow])[];

/** A row of a StatusTable whose functions see the error's own type. */
export function statusRow<E extends Error>(errorClass: ErrorClass<E>, row: StatusRow<E>): StatusTable[number] {
  return [errorClass, row as StatusRow];
}

const BUILT_IN: StatusTable = [
  statusRow(InvalidArgumentError, {
    code: 'INVALID_ARGUMENT',
    reason: 'INVALID_ARGUMENT',
    violations: ({ violations }) => violations,
  }),
];

/** Whether the table, or a type that every server knows, has a row for the error. */
export function isKnownError(error: unknown, table: StatusTable): boolean {
  return error instanceof RpcError || rowFor(error, table) !== undefined;
}

/**
 * The status that an error ends a call with. An RpcError passes as it is: a caller learns that the service behind
 * the service is unavailable. An error without a row is INTERNAL and its text stays inside.
 */
export function rpcErrorFrom(error: unknown, table: StatusTable): RpcError {
  if (error instanceof RpcError) return error;
  const row = rowFor(error, table);
  if (row === undefined || !(error instanceof Error)) {
    return new RpcError({ code: 'INTERNAL', reason: 'INTERNAL', message: 'internal error; see the log', cause: error });
  }
  return new RpcError({
    code: row.code,
    reason: row.reason,
    message: error.message,
    violations: row.violations?.(error) ?? [],
    metadata: row.metadata?.(error) ?? {},
    cause: error,
  });
}

function rowFor(error: unknown, table: StatusTable): StatusRow | undefined {
  return [...table, ...BUILT_IN].find(([errorClass]) => error instanceof errorClass)?.[1];
}
