import { ConfigError } from '@leti/config';
import { RpcError } from '@leti/rpc';
import { StoreFullError } from '@leti/runs';
import { MalformedTaskDataError, TaskDataNotFoundError, UnknownSplitError, UnknownTaskError } from '@leti/tasks';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { InterruptedError } from './interrupt.ts';

/** What is wrong with a path that the user gave, by the system's error code. */
const PATH_TROUBLES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'a folder, not a file',
  EACCES: 'not allowed to read or write it',
  EPERM: 'not allowed to read or write it',
  EROFS: 'lies on a read-only file system',
  ENXIO: 'nobody reads from it',
  ELOOP: 'its symbolic links lead nowhere',
  ENAMETOOLONG: 'a name in it is too long',
};

/** An error as the user is told of it. */
export interface Failure {
  readonly exitCode: ExitCode;
  /** A gRPC status name, or BAD_INPUT, FAILED, INTERRUPTED, BUG. */
  readonly code: string;
  readonly message: string;
  readonly details: readonly string[];
}

const EXIT_OF_STATUS: Readonly<Record<string, ExitCode>> = {
  INVALID_ARGUMENT: EXIT.badInput,
  NOT_FOUND: EXIT.badInput,
  ALREADY_EXISTS: EXIT.badInput,
  FAILED_PRECONDITION: EXIT.badInput,
  OUT_OF_RANGE: EXIT.badInput,
  UNAUTHENTICATED: EXIT.badInput,
  PERMISSION_DENIED: EXIT.badInput,
  UNAVAILABLE: EXIT.unavailable,
  DEADLINE_EXCEEDED: EXIT.unavailable,
  RESOURCE_EXHAUSTED: EXIT.unavailable,
};

const NAME_OF_EXIT: Readonly<Record<ExitCode, string>> = {
  [EXIT.ok]: 'OK',
  [EXIT.failed]: 'FAILED',
  [EXIT.badInput]: 'BAD_INPUT',
  [EXIT.unavailable]: 'UNAVAILABLE',
  [EXIT.interrupted]: 'INTERRUPTED',
};

/** The gRPC error that an error is or stands for. */
function rpcErrorIn(error: unknown): RpcError | undefined {
  if (error instanceof RpcError) return error;
  return error instanceof Error ? rpcErrorIn(error.cause) : undefined;
}

const diskFull = (message: string): Failure => ({
  exitCode: EXIT.failed,
  code: 'RESOURCE_EXHAUSTED',
  message: `the disk is full: ${message}`,
  details: ['what was finished is kept; free some space and run it again'],
});

/** What to tell the user of an error, and how the program ends for it. */
export function describeError(error: unknown): Failure {
  if (error instanceof CliError) {
    const code = rpcErrorIn(error)?.code ?? NAME_OF_EXIT[error.exitCode];
    return { exitCode: error.exitCode, code, message: error.message, details: error.details };
  }
  if (error instanceof ConfigError) {
    const [first = '', ...details] = error.message.split('\n').map((line) => line.trim());
    return { exitCode: EXIT.badInput, code: 'BAD_INPUT', message: first, details };
  }
  const interrupt = error instanceof RpcError && error.code === 'CANCELLED' ? error.cause : error;
  if (interrupt instanceof InterruptedError || (interrupt as { cause?: unknown })?.cause instanceof InterruptedError) {
    return { exitCode: EXIT.interrupted, code: 'INTERRUPTED', message: 'interrupted', details: [] };
  }
  if (error instanceof RpcError && error.reason === 'STORE_FULL') return diskFull(error.message);
  if (error instanceof RpcError) {
    const details = error.violations.map(({ field, description }) => `${field} ${description}`);
    const message = details.length > 0 ? 'the service refused the request' : error.message;
    return { exitCode: EXIT_OF_STATUS[error.code] ?? EXIT.failed, code: error.code, message, details };
  }
  if (error instanceof UnknownTaskError || error instanceof UnknownSplitError) {
    const [flag, value] = error instanceof UnknownTaskError ? ['--task', error.task] : ['--split', error.split];
    const message = `${flag}: expected one of ${error.known.join(', ')}, got '${value}'`;
    return { exitCode: EXIT.badInput, code: 'BAD_INPUT', message, details: [] };
  }
  if (error instanceof TaskDataNotFoundError) {
    const details = ['official files are looked for in the folder that --data DIR or LETI_DATA names'];
    return { exitCode: EXIT.badInput, code: 'BAD_INPUT', message: error.message, details };
  }
  if (error instanceof MalformedTaskDataError) {
    return { exitCode: EXIT.badInput, code: 'BAD_INPUT', message: error.message, details: [] };
  }
  const { code, path } = error as NodeJS.ErrnoException;
  if (error instanceof StoreFullError || code === 'ENOSPC') return diskFull((error as Error).message);
  const trouble = PATH_TROUBLES[code ?? ''];
  if (trouble !== undefined) {
    const message = path === undefined ? (error as Error).message : `${path}: ${trouble}`;
    return { exitCode: EXIT.badInput, code: 'BAD_INPUT', message, details: [] };
  }
  // A mistake of this program: the stack is what its authors need.
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT.failed, code: 'BUG', message: `unexpected: ${stack}`, details: [] };
}

/**
 * Waits for a call and tells of refused fields by the names that the user knows.
 * @param what stands before the list, e.g. "the trainer refused the settings"
 * @param nameOf a request's field path → the user's flag or key
 * @throws {CliError} for INVALID_ARGUMENT with fields; anything else as it is
 */
export async function inUserTerms<T>(what: string, nameOf: (field: string) => string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof RpcError) || error.violations.length === 0) throw error;
    const details = error.violations.map(({ field, description }) => `${nameOf(field)} ${description}`);
    throw new CliError(EXIT.badInput, what, { details, cause: error });
  }
}
