import { Server, setLogger, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { bind } from './bind.ts';
import { setScope, type ServerScope } from './call-context.ts';
import { SERVER_OPTIONS } from './channel-options.ts';
import { serverCredentials, type ServerTls } from './credentials.ts';
import { drain } from './drain.ts';
import type { Logger } from './logger.ts';
import { addReflection } from './reflection.ts';
import { RpcError } from './rpc-error.ts';
import type { StatusTable } from './status-table.ts';

/** One gRPC service of a server. */
export interface ServedService {
  /** Generated, e.g. `EvaluatorServiceService`. */
  readonly definition: ServiceDefinition;
  /** A handler per method, made by unary(), serverStream() or bidiStream(). */
  readonly implementation: UntypedServiceImplementation;
}

/** What a server is made of. */
export interface ServeOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly services: readonly ServedService[];
  readonly logger: Logger;
  /** Which errors of the libraries become which status. @default only the rpc library's own */
  readonly statuses?: StatusTable;
  /** @default plain text */
  readonly tls?: ServerTls;
  /** How long running calls may go on once the server is to close, milliseconds. @default 10 000 */
  readonly drainMs?: number;
  /** Whether SIGTERM and SIGINT close the server; a second signal kills the process. @default true */
  readonly handleSignals?: boolean;
  /** Whether health says SERVING from the start. @default true */
  readonly serving?: boolean;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  /** Says by the health service whether calls are welcome, e.g. false while a model loads. Refuses none by itself. */
  setServing(serving: boolean): void;
  /** Takes no new calls, lets running ones end, cuts them off after drainMs. Calling it again changes nothing. */
  close(): Promise<void>;
  /** Resolves when the server has closed, by close() or by a signal. */
  readonly closed: Promise<void>;
}

/**
 * Starts a gRPC server with health, reflection, logging and graceful drain.
 * @throws {PortInUseError} @throws {InvalidAddressError} @throws when a TLS file cannot be read
 */
export async function serve({
  address,
  services,
  logger,
  statuses = [],
  tls,
  drainMs = 10_000,
  handleSignals = true,
  serving = true,
}: ServeOptions): Promise<RunningServer> {
  // What grpc-js would write to the console becomes lines of the log; whatever matters of it is told by errors too.
  const note = (...text: unknown[]): void => logger.debug({ event: 'grpc', message: text.join(' ') });
  setLogger({ debug: note, info: note, error: note });
  const server = new Server(SERVER_OPTIONS);
  const draining = new AbortController();
  const closing = new AbortController();
  const running = new Set<object>();
  const scope: ServerScope = {
    logger,
    statuses,
    draining: draining.signal,
    closing: closing.signal,
    track: () => {
      const call = {};
      running.add(call);
      return () => running.delete(call);
    },
  };
  const names = services.map(({ definition }) => serviceName(definition));
  const health = new HealthImplementation();
  const setServing = (ok: boolean): void => {
    for (const name of ['', ...names]) health.setStatus(name, ok ? 'SERVING' : 'NOT_SERVING');
  };
  for (const { definition, implementation } of services) server.addService(definition, scoped(implementation, scope));
  health.addToServer(server);
  addReflection(server, [...names, 'grpc.health.v1.Health']);
  setServing(serving);
  const port = await bind(server, address, serverCredentials(tls));
  logger.info({ event: 'listening', port, address, services: names });

  let closed: Promise<void> | undefined;
  const whenClosed = Promise.withResolvers<void>();
  const close = (): Promise<void> => {
    closed ??= (async () => {
      process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
      setServing(false);
      const message = 'the server is shutting down';
      const reason = new RpcError({ code: 'UNAVAILABLE', reason: 'SERVER_SHUTTING_DOWN', message });
      await drain(server, {
        begin: () => draining.abort(reason),
        cutOff: () => closing.abort(reason),
        isIdle: () => running.size === 0,
        drainMs,
      });
      logger.info({ event: 'closed', port });
      whenClosed.resolve();
    })();
    return closed;
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    logger.info({ event: 'draining', signal, runningCalls: running.size, drainMs });
    void close();
  };
  if (handleSignals) process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  return { port, setServing, close, closed: whenClosed.promise };
}

/** `leti.v1.EvaluatorService` out of the methods' paths, `/leti.v1.EvaluatorService/EvaluateProgram`. */
function serviceName(definition: ServiceDefinition): string {
  const name = Object.values(definition)[0]?.path.split('/')[1];
  if (name === undefined) throw new RangeError('a served service needs one method or more');
  return name;
}

/** The handlers, each of which first ties its call to the server. */
function scoped(implementation: UntypedServiceImplementation, scope: ServerScope): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(implementation).map(([method, handler]) => [
      method,
      (call: object, ...rest: unknown[]): unknown => {
        setScope(call, scope);
        return (handler as (...args: unknown[]) => unknown)(call, ...rest);
      },
    ]),
  );
}
