import { isLocal } from '../addresses.ts';
import { isFree } from '../supervisor/free-port.ts';
import { isServing } from '../supervisor/service-clients.ts';
import { type Addresses, SERVICE_NAMES, serviceTitle } from '../supervisor/service-definition.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Whether each service's port is free, or the service itself answers there. */
export async function checkPorts(addresses: Addresses): Promise<Finding[]> {
  return Promise.all(
    SERVICE_NAMES.map(async (service) => {
      const address = addresses[service];
      if (isLocal(address) && (await isFree(address))) return ok(service, `${address} is free`);
      if (await isServing(service, addresses, { timeoutMs: 2000 })) return ok(service, `${address} answers and serves`);
      return warn(
        service,
        `${address} does not answer as the ${serviceTitle(service)}`,
        'something else may listen there: stop it, or choose ports with `leti up --base-port`',
      );
    }),
  );
}
