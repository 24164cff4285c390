import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { isFree } from './free-port.ts';
import { lastErrorIn } from './last-error.ts';
import {
  type Deployment,
  serviceArguments,
  type ServiceName,
  serviceProgram,
  serviceTitle,
} from './service-definition.ts';
import { isServing } from './service-clients.ts';
import { type ProcessEnd, ServiceProcess } from './service-process.ts';

/** What a supervisor tells while it works. */
export type SupervisorEvent =
  | { readonly kind: 'starting'; readonly service: ServiceName; readonly address: string; readonly logFile: string }
  | { readonly kind: 'ready'; readonly service: ServiceName; readonly address: string }
  | ({ readonly kind: 'died'; readonly service: ServiceName; readonly reason: string | undefined } & ProcessEnd);

/** How services are brought up. */
export interface SupervisorOptions {
  /** Those to start, in order. */
  readonly services: readonly ServiceName[];
  readonly deployment: Deployment;
  readonly onEvent: (event: SupervisorEvent) => void;
  readonly signal: AbortSignal;
}

/** How long a service may take until it is healthy, milliseconds. */
const START_PATIENCE_MS = 120_000;
/** How long a service may take to drain, milliseconds. */
const STOP_PATIENCE_MS = 20_000;

/** So many quick ends in a row are no accident. */
const HOPELESS_ENDS = 6;

/** The folder of the services' logs in a run store. */
export const logFolder = (store: string): string => join(store, 'logs');

/** The log file of a service. */
export const logFileOf = (store: string, service: ServiceName): string => join(logFolder(store), `${service}.log`);

/** Services as child processes of this one: healthy when started, started again when they die, drained at the end. */
export class Supervisor {
  readonly #processes: ReadonlyMap<ServiceName, ServiceProcess>;
  readonly #hopeless = Promise.withResolvers<never>();

  private constructor(processes: ReadonlyMap<ServiceName, ServiceProcess>) {
    this.#processes = processes;
    // Whoever waits for it hears of it; nobody has to.
    this.#hopeless.promise.catch(() => {});
  }

  /** Rejects with a {@link CliError} when a service ends again and again as soon as it is started. */
  get hopeless(): Promise<never> {
    return this.#hopeless.promise;
  }

  /**
   * Starts the services and waits until each is healthy.
   * @throws {CliError} when a port is taken or a service ends before it is healthy; whatever had started is stopped
   */
  static async start({ services, deployment, onEvent, signal }: SupervisorOptions): Promise<Supervisor> {
    await assertPortsFree(services, deployment);
    await mkdir(logFolder(deployment.store), { recursive: true });
    const processes = new Map<ServiceName, ServiceProcess>();
    const healthy = new Set<ServiceName>();
    const supervisor = new Supervisor(processes);
    // Should this process end without stopping them in order, none stays behind.
    process.once('exit', () => supervisor.kill());
    try {
      for (const service of services) {
        const logFile = logFileOf(deployment.store, service);
        const address = deployment.addresses[service];
        onEvent({ kind: 'starting', service, address, logFile });
        const started = new ServiceProcess({
          program: serviceProgram(service),
          args: serviceArguments(service, deployment),
          logFile,
          onEnd: (end) => {
            const reason = lastErrorIn(logFile, started.logStart);
            // An end for good before it was healthy is what start() throws.
            if (end.delayMs !== undefined || healthy.has(service)) onEvent({ kind: 'died', service, reason, ...end });
            if (end.delayMs !== undefined && end.quickEnds < HOPELESS_ENDS) return;
            const details = [...(reason === undefined ? [] : [reason]), `its log: ${logFile}`];
            const message = `the ${serviceTitle(service)} ends as soon as it is started (${end.exit})`;
            supervisor.#hopeless.reject(new CliError(EXIT.unavailable, message, { details }));
          },
        });
        processes.set(service, started);
      }
      await Promise.all(
        [...processes].map(async ([service, started]) => {
          await untilHealthy(service, started, deployment, signal);
          healthy.add(service);
          onEvent({ kind: 'ready', service, address: deployment.addresses[service] });
        }),
      );
      return supervisor;
    } catch (error) {
      await supervisor.stop();
      throw error;
    }
  }

  /** Process ids of the services that run now. */
  get pids(): Readonly<Partial<Record<ServiceName, number>>> {
    return Object.fromEntries([...this.#processes].map(([service, { pid }]) => [service, pid]));
  }

  /** How often services were started again, all together. */
  get restarts(): number {
    return [...this.#processes.values()].reduce((sum, { restarts }) => sum + restarts, 0);
  }

  /** Lets the services drain, callers before those they call, and waits until all are gone. */
  async stop(): Promise<void> {
    const stop = (names: readonly ServiceName[]): Promise<unknown> =>
      Promise.all(names.map(async (name) => this.#processes.get(name)?.stop(STOP_PATIENCE_MS)));
    await stop(['benchmark', 'trainer']);
    await stop(['generator', 'evaluator']);
  }

  /** Ends every service at once. */
  kill(): void {
    for (const each of this.#processes.values()) each.kill();
  }
}

async function assertPortsFree(services: readonly ServiceName[], { addresses }: Deployment): Promise<void> {
  const taken: string[] = [];
  for (const service of services) {
    if (!(await isFree(addresses[service]))) taken.push(`${addresses[service]} (${service})`);
  }
  if (taken.length === 0) return;
  throw new CliError(EXIT.unavailable, `expected free ports, but in use: ${taken.join(', ')}`, {
    details: ['stop what listens there, or choose other ports with --base-port PORT (0 takes free ones)'],
  });
}

async function untilHealthy(
  service: ServiceName,
  process: ServiceProcess,
  deployment: Deployment,
  signal: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  void process.ended.then(() => ended.abort());
  const serving = await isServing(service, deployment.addresses, {
    timeoutMs: START_PATIENCE_MS,
    signal: AbortSignal.any([signal, ended.signal]),
  });
  if (serving) return;
  signal.throwIfAborted();
  const exit = process.firstExit;
  const what = exit === undefined ? `is not healthy after ${START_PATIENCE_MS / 1000} s` : `ended with ${exit}`;
  throw startFailure(service, process.logStart, deployment, what);
}

function startFailure(service: ServiceName, logStart: number, { store }: Deployment, what: string): CliError {
  const logFile = logFileOf(store, service);
  const reason = lastErrorIn(logFile, logStart);
  return new CliError(EXIT.unavailable, `the ${serviceTitle(service)} did not start: it ${what}`, {
    details: [...(reason === undefined ? [] : [reason]), `its log: ${logFile}`],
  });
}
