import type { FieldViolation } from './invalid-argument-error.ts';
import type { StatusCode } from './status-code.ts';

/** What an RpcError is made of. */
export interface RpcErrorFields {
  readonly code: StatusCode;
  readonly message: string;
  readonly reason?: string;
  readonly violations?: readonly FieldViolation[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * A failed call: what a client gets, and what a handler may throw to end its call with this very status. Libraries
 * throw errors of their own, which the service's status table translates.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  /** Canonical status, e.g. 'NOT_FOUND'. */
  readonly code: StatusCode;
  /** Machine-readable cause, UPPER_SNAKE_CASE, e.g. 'CHECKPOINT_NOT_FOUND'; empty when none was sent. */
  readonly reason: string;
  /** Bad request fields; empty unless code is INVALID_ARGUMENT. */
  readonly violations: readonly FieldViolation[];
  /** Further facts about the reason. */
  readonly metadata: Readonly<Record<string, string>>;

  constructor({ code, message, reason = '', violations = [], metadata = {}, cause }: RpcErrorFields) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
    this.violations = violations;
    this.metadata = metadata;
  }
}
