import { resolve } from 'node:path';
import { addressVariable, chooseAddresses, givenAddress, isLocal, resolveAddresses } from './addresses.ts';
import { CliError } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT } from './exit-code.ts';
import { assertRuntime, isProduction } from './evaluator-runtime.ts';
import { type LocalOptions, runtimeOf } from './service-options.ts';
import { isFree } from './supervisor/free-port.ts';
import {
  closeServiceClients,
  createServiceClients,
  isServing,
  type ServiceClients,
} from './supervisor/service-clients.ts';
import { type Addresses, type ServiceName, serviceTitle } from './supervisor/service-definition.ts';
import { Supervisor, type SupervisorEvent } from './supervisor/supervisor.ts';

/** How long a service that listens may take to say that it serves, milliseconds. */
const ANSWER_MS = 3000;

/**
 * Runs work against services: those that answer at their addresses, and with `local` others brought up for as long as
 * the work takes. An address that flag or environment gives is used as given: nothing is brought up there.
 * @param services that the work needs, directly or through another service
 * @param work also gets the names of those brought up for it
 * @throws {CliError} when a service does not answer and may not, or cannot, be brought up; when the evaluator that answers
 *   has another runtime than production, flag or environment ask for
 */
export async function withServices<T>(
  services: readonly ServiceName[],
  options: LocalOptions,
  { output, signal }: CommandContext,
  work: (clients: ServiceClients, broughtUp: readonly ServiceName[]) => Promise<T>,
): Promise<T> {
  const store = resolve(options.store);
  // Who says where new ones are to listen wants new ones, but for those whose own address is given.
  const own = options.local && options.basePort !== undefined;
  const addresses = own ? await chooseAddresses(options) : await resolveAddresses(options, store);
  const missing: ServiceName[] = [];
  for (const service of services) {
    const isNew = own && givenAddress(options, service) === undefined;
    if (isNew || !(await answers(service, addresses, signal))) missing.push(service);
  }
  const supervisor = await bringUp(missing, addresses, store, options, signal, (event) =>
    noteSupervisorEvent(event, (line) => output.note(line)),
  );
  // A service that dies is started again: worth waiting for. One of somebody else's may be gone for good.
  const clients = createServiceClients(addresses, supervisor === undefined ? {} : { maxAttempts: 30 });
  try {
    const { evaluator } = clients;
    const demand = { runtime: options.runtime, production: isProduction(process.env) };
    // One brought up here has checked it itself. That `--unsafe` allows less isolation is no reason to refuse more.
    if (services.includes('evaluator') && !missing.includes('evaluator') && (demand.production || demand.runtime))
      assertRuntime(addresses.evaluator, await evaluator.getEvaluatorInfo({}, { signal }), demand);
    return await Promise.race([work(clients, missing), ...(supervisor === undefined ? [] : [supervisor.hopeless])]);
  } finally {
    closeServiceClients(clients);
    await supervisor?.stop();
  }
}

/** Tells of a service that could not be kept up; starting well is not worth a line. */
export function noteSupervisorEvent(event: SupervisorEvent, note: (line: string) => void): void {
  if (event.kind !== 'died') return;
  const { service, exit, reason, delayMs } = event;
  const cause = reason === undefined || exit === 'SIGKILL' ? '' : `: ${reason}`;
  const next = delayMs === undefined ? 'not started again' : `starting it again in ${(delayMs / 1000).toFixed(1)} s`;
  note(`the ${serviceTitle(service)} ended (${exit})${cause}; ${next}`);
}

async function answers(service: ServiceName, addresses: Addresses, signal: AbortSignal): Promise<boolean> {
  const address = addresses[service];
  if (isLocal(address) && (await isFree(address))) return false;
  return isServing(service, addresses, { timeoutMs: ANSWER_MS, signal });
}

async function bringUp(
  missing: readonly ServiceName[],
  addresses: Addresses,
  store: string,
  options: LocalOptions,
  signal: AbortSignal,
  onEvent: (event: SupervisorEvent) => void,
): Promise<Supervisor | undefined> {
  signal.throwIfAborted();
  if (missing.length === 0) return undefined;
  const mayStart = (service: ServiceName): boolean =>
    options.local && givenAddress(options, service) === undefined && isLocal(addresses[service]);
  const unanswered = missing.filter((service) => !mayStart(service));
  if (unanswered.length > 0) throw noAnswer(unanswered, addresses, options);
  return Supervisor.start({
    services: missing,
    deployment: { addresses, store, data: undefined, runtime: runtimeOf(options) },
    onEvent,
    signal,
  });
}

function noAnswer(unanswered: readonly ServiceName[], addresses: Addresses, options: LocalOptions): CliError {
  const list = unanswered.map((service) => `the ${serviceTitle(service)} at ${addresses[service]}`).join(', ');
  const given = unanswered.filter((service) => givenAddress(options, service) !== undefined);
  const flags = given.map((service) => `--${service}-address (${addressVariable(service)})`).join(', ');
  const remedy =
    given.length > 0
      ? `leave ${flags} out: nothing is started in place of an address that was given`
      : `say where they are, e.g. --${unanswered[0]}-address host:port`;
  return new CliError(EXIT.unavailable, `no answer from ${list}`, {
    details: [`start the services with 'leti up', or ${remedy}`],
  });
}
