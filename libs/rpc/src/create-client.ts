import { Client, type ServiceDefinition } from '@grpc/grpc-js';
import { CLIENT_OPTIONS } from './channel-options.ts';
import { callBidiStream, callServerStream, callUnary, type AnyMethod, type Attempt } from './client-call.ts';
import { clientCredentials, type ClientTls } from './credentials.ts';
import { withRetry, type RetryPolicy } from './retry.ts';
import { untilReady, untilServing, type WaitOptions } from './wait.ts';

/** What bounds one call. */
export interface CallSettings {
  /** Cancels the call on the server too; the call then fails with CANCELLED and the signal's reason as cause. */
  readonly signal?: AbortSignal | undefined;
  /** Time for the whole call, all attempts together, milliseconds. @default the client's */
  readonly timeoutMs?: number | undefined;
}

/** One method of a client. A stream's call starts with its first `next()`; leaving the loop early cancels the call. */
type ClientMethod<M> = M extends {
  requestStream: infer RequestStream;
  responseStream: infer ResponseStream;
  requestDeserialize: (bytes: Buffer) => infer Request;
  responseDeserialize: (bytes: Buffer) => infer Response;
}
  ? RequestStream extends true
    ? (requests: AsyncIterable<Request>, settings?: CallSettings) => AsyncGenerator<Response>
    : ResponseStream extends true
      ? (request: Request, settings?: CallSettings) => AsyncGenerator<Response>
      : (request: Request, settings?: CallSettings) => Promise<Response>
  : never;

/** What every client can do beside its service's methods. */
interface ClientLifecycle {
  /** Waits until a connection stands. @throws {RpcError} DEADLINE_EXCEEDED, CANCELLED */
  waitForReady(options?: WaitOptions): Promise<void>;
  /** Waits until the service's health is SERVING. @throws {RpcError} DEADLINE_EXCEEDED, CANCELLED */
  waitUntilServing(options?: WaitOptions): Promise<void>;
  /** Closes the connection; running calls go on to their end. */
  close(): void;
}

/** A client of a service: a function per method, which throws RpcError and nothing else of its own. */
export type RpcClient<D> = { readonly [Method in keyof D]: ClientMethod<D[Method]> } & ClientLifecycle;

/** What a client needs to know beyond the address. */
export interface ClientOptions<Method extends string = string> {
  /**
   * Methods that may be repeated without harm. They are tried again on UNAVAILABLE and RESOURCE_EXHAUSTED; a stream
   * only until its first response. Nothing else in the system repeats calls.
   * @default none
   */
  readonly idempotent?: readonly Method[];
  readonly retry?: RetryPolicy;
  /** Default time for a call, milliseconds. @default none */
  readonly timeoutMs?: number;
  /** @default plain text */
  readonly tls?: ClientTls;
}

/**
 * Makes a client of one service.
 * @param clientClass generated, e.g. `EvaluatorServiceClient`
 * @param address `host:port`, or `dns:///host:port` to spread calls over all addresses of a name
 */
export function createClient<D extends ServiceDefinition>(
  clientClass: { readonly service: D; readonly serviceName: string },
  address: string,
  { idempotent = [], retry = {}, timeoutMs, tls }: ClientOptions<keyof D & string> = {},
): RpcClient<D> {
  const client = new Client(address, clientCredentials(tls), CLIENT_OPTIONS);
  const methods = Object.entries(clientClass.service as Record<string, AnyMethod>).map(([name, method]) => {
    const policy: RetryPolicy = (idempotent as readonly string[]).includes(name) ? retry : { maxAttempts: 1 };
    const call = (input: unknown, settings: CallSettings = {}): unknown => {
      const attempt = attemptOf(settings, timeoutMs);
      if (method.requestStream) return callBidiStream(client, method, input as AsyncIterable<unknown>, attempt);
      if (method.responseStream) return retriedStream(client, method, input, attempt, policy);
      return withRetry(() => callUnary(client, method, input, attempt), method.path.slice(1), policy, attempt);
    };
    return [name, call] as const;
  });
  const lifecycle: ClientLifecycle = {
    waitForReady: (options = {}) => untilReady(client, address, options),
    waitUntilServing: (options = {}) => untilServing(client, address, clientClass.serviceName, options),
    close: () => client.close(),
  };
  return { ...Object.fromEntries(methods), ...lifecycle } as RpcClient<D>;
}

const NEVER = new AbortController().signal;

function attemptOf({ signal = NEVER, timeoutMs }: CallSettings, defaultTimeoutMs: number | undefined): Attempt {
  const limitMs = timeoutMs ?? defaultTimeoutMs;
  return { signal, deadlineMs: limitMs === undefined ? Infinity : Date.now() + limitMs };
}

/** A stream that is begun anew as long as nothing came of it. */
async function* retriedStream(
  client: Client,
  method: AnyMethod,
  request: unknown,
  attempt: Attempt,
  policy: RetryPolicy,
): AsyncGenerator<unknown> {
  const begin = async (): Promise<[AsyncGenerator<unknown>, IteratorResult<unknown>]> => {
    const stream = callServerStream(client, method, request, attempt);
    return [stream, await stream.next()];
  };
  const [stream, first] = await withRetry(begin, method.path.slice(1), policy, attempt);
  try {
    if (first.done === true) return;
    yield first.value;
    yield* stream;
  } finally {
    await stream.return(undefined);
  }
}
