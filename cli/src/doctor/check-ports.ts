import { isLocal } from '../addresses.ts';
import { isFree } from '../supervisor/free-port.ts';
import { closeServiceClients, createServiceClients, isServing } from '../supervisor/service-clients.ts';
import { type Addresses, SERVICE_NAMES, serviceTitle } from '../supervisor/service-definition.ts';
import { isProduction, runtimeMismatch } from '../evaluator-runtime.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Whether each service's port is free, or the service itself answers there. */
export async function checkPorts(addresses: Addresses): Promise<Finding[]> {
  return Promise.all(
    SERVICE_NAMES.map(async (service) => {
      const address = addresses[service];
      if (isLocal(address) && (await isFree(address))) return ok(service, `${address} is free`);
      if (await isServing(service, addresses, { timeoutMs: 2000 })) {
        if (service === 'evaluator') return runningEvaluator(addresses);
        return ok(service, `${address} answers and serves`);
      }
      return warn(
        service,
        `${address} does not answer as the ${serviceTitle(service)}`,
        'something else may listen there: stop it, or choose ports with `leti up --base-port`',
      );
    }),
  );
}

/** What isolates programs in an evaluator that serves, and how many at a time; production may want another. */
async function runningEvaluator(addresses: Addresses): Promise<Finding> {
  const clients = createServiceClients(addresses);
  try {
    const { runtime, runtimeVersion, slots } = await clients.evaluator.getEvaluatorInfo({}, { timeoutMs: 2000 });
    const detail = `${addresses.evaluator} answers and serves: ${runtime} ${runtimeVersion}, ${slots} ${slots === 1 ? 'slot' : 'slots'}`;
    const mismatch = runtimeMismatch(runtime, { runtime: undefined, production: isProduction(process.env) });
    if (mismatch === undefined) return ok('evaluator', detail);
    return warn('evaluator', `${detail}; ${mismatch}`, 'stop it and start it with `leti up --runtime gvisor`');
  } catch (error) {
    const detail = `${addresses.evaluator} serves, but does not tell its runtime: ${(error as Error).message}`;
    return warn('evaluator', detail, 'look at its log, and start it again');
  } finally {
    closeServiceClients(clients);
  }
}
