import { RpcError, type StatusCode } from '@leti/rpc';

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Whether a call fails with an RpcError of this code and, if given, this reason. Takes what a client's method returns,
 * a promise or a stream, which is read to its end; or a function that gives one.
 */
export async function toFailWith(received: unknown, code: StatusCode, reason?: string): Promise<MatcherResult> {
  const expected = `${code}${reason === undefined ? '' : ` ${reason}`}`;
  try {
    await outcomeOf(received);
  } catch (error) {
    if (!(error instanceof RpcError)) {
      return { pass: false, message: () => `expected the call to fail with ${expected}, it threw ${String(error)}` };
    }
    const pass = error.code === code && (reason === undefined || error.reason === reason);
    const got = `${error.code} ${error.reason}: ${error.message}`;
    return { pass, message: () => `expected the call ${pass ? 'not ' : ''}to fail with ${expected}, got ${got}` };
  }
  return { pass: false, message: () => `expected the call to fail with ${expected}, it succeeded` };
}

async function outcomeOf(received: unknown): Promise<void> {
  const value: unknown = typeof received === 'function' ? (received as () => unknown)() : received;
  if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value) {
    // oxlint-disable-next-line no-unused-vars -- reads the stream to its end
    for await (const _ of value as AsyncIterable<unknown>);
  } else {
    await value;
  }
}
