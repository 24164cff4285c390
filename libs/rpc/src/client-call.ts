import { Metadata, type CallOptions, type Client, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { receiveMessages } from './receive-messages.ts';
import { rpcErrorFromServiceError } from './rich-status.ts';
import { RpcError } from './rpc-error.ts';
import { sendMessages } from './send-messages.ts';

/** A method of any service. */
// oxlint-disable-next-line typescript/no-explicit-any -- as grpc-js types a service whose messages are not known
export type AnyMethod = MethodDefinition<any, any>;

/** What bounds one attempt. */
export interface Attempt {
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, or Infinity. */
  readonly deadlineMs: number;
}

const callOptions = ({ deadlineMs }: Attempt): CallOptions => ({ deadline: deadlineMs });

/** One attempt at a unary call. @throws {RpcError} */
export function callUnary(client: Client, method: AnyMethod, request: unknown, attempt: Attempt): Promise<unknown> {
  const { signal } = attempt;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortedError(signal));
      return;
    }
    const cancel = (): void => call.cancel();
    const { path, requestSerialize, responseDeserialize } = method;
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      new Metadata(),
      callOptions(attempt),
      (error, response) => {
        signal.removeEventListener('abort', cancel);
        if (error === null) resolve(response);
        else reject(errorOf(error, signal));
      },
    );
    signal.addEventListener('abort', cancel, { once: true });
  });
}

/** One attempt at a call that streams responses; it starts with the first `next()`. @throws {RpcError} */
export async function* callServerStream(
  client: Client,
  method: AnyMethod,
  request: unknown,
  attempt: Attempt,
): AsyncGenerator<unknown> {
  const { signal } = attempt;
  if (signal.aborted) throw abortedError(signal);
  const { path, requestSerialize, responseDeserialize } = method;
  const call = client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    request,
    new Metadata(),
    callOptions(attempt),
  );
  try {
    yield* receiveMessages(call, signal);
  } catch (error) {
    throw errorOf(error, signal);
  } finally {
    call.cancel(); // no effect on a call that has ended
  }
}

/**
 * A call that streams both ways; it starts with the first `next()`. Requests are asked for as fast as the server takes
 * them, responses are read as fast as they are asked for. What the requests' iterable throws, the responses throw.
 * @throws {RpcError}
 */
export async function* callBidiStream(
  client: Client,
  method: AnyMethod,
  requests: AsyncIterable<unknown>,
  attempt: Attempt,
): AsyncGenerator<unknown> {
  if (attempt.signal.aborted) throw abortedError(attempt.signal);
  const { path, requestSerialize, responseDeserialize } = method;
  const call = client.makeBidiStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    new Metadata(),
    callOptions(attempt),
  );
  const ended = new AbortController(); // stops the sending when the answers are over, for whatever reason
  const failed = new AbortController(); // stops the receiving when the requests fail
  call.on('status', () => ended.abort());
  sendMessages(call, requests, ended.signal).then(
    () => call.end(),
    (error: unknown) => {
      if (!ended.signal.aborted) failed.abort(error);
    },
  );
  const signal = AbortSignal.any([attempt.signal, failed.signal]);
  try {
    yield* receiveMessages(call, signal);
  } catch (error) {
    if (failed.signal.aborted) throw failed.signal.reason;
    throw errorOf(error, attempt.signal);
  } finally {
    ended.abort();
    call.cancel(); // no effect on a call that has ended
  }
}

function errorOf(error: unknown, signal: AbortSignal): RpcError {
  if (signal.aborted) return abortedError(signal);
  if (error instanceof RpcError) return error;
  return rpcErrorFromServiceError(error as ServiceError);
}

function abortedError(signal: AbortSignal): RpcError {
  return new RpcError({ code: 'CANCELLED', message: 'the call was aborted', cause: signal.reason });
}
