import { freePort, splitAddress } from './supervisor/free-port.ts';
import { type Addresses, DEFAULT_ADDRESSES, SERVICE_NAMES, type ServiceName } from './supervisor/service-definition.ts';
import { readServicesFile } from './supervisor/services-file.ts';

/** What the user said about where services are. */
export interface AddressOptions {
  readonly generatorAddress?: string;
  readonly evaluatorAddress?: string;
  readonly trainerAddress?: string;
  readonly benchmarkAddress?: string;
}

/** The environment variable with a service's address. */
export const addressVariable = (service: ServiceName): string => `LETI_${service.toUpperCase()}_ADDRESS`;

/** The address of a service that a flag or the environment gives; undefined when neither does. */
export const givenAddress = (options: AddressOptions, service: ServiceName): string | undefined =>
  options[`${service}Address`];

/**
 * Where the services are: as said by flag or environment, else as the `leti up` of this store wrote down, else at
 * the default ports.
 */
export async function resolveAddresses(options: AddressOptions, store: string): Promise<Addresses> {
  const running = await readServicesFile(store);
  const entries = SERVICE_NAMES.map((service) => {
    const address = givenAddress(options, service) ?? running?.addresses[service] ?? DEFAULT_ADDRESSES[service];
    return [service, address] as const;
  });
  return Object.fromEntries(entries) as unknown as Addresses;
}

/**
 * Addresses to start services at: those said, the others on `host` from `basePort` on, in the order of the default
 * ports; free ports when it is 0.
 */
export async function chooseAddresses(
  options: AddressOptions & { readonly host?: string; readonly basePort?: number },
): Promise<Addresses> {
  const { host = '127.0.0.1', basePort } = options;
  const entries = await Promise.all(
    SERVICE_NAMES.map(async (service) => {
      const { port } = splitAddress(DEFAULT_ADDRESSES[service]);
      const offset = port - splitAddress(DEFAULT_ADDRESSES.generator).port;
      const chosen = basePort === undefined ? port : basePort === 0 ? await freePort(host) : basePort + offset;
      return [service, givenAddress(options, service) ?? `${host}:${chosen}`] as const;
    }),
  );
  return Object.fromEntries(entries) as unknown as Addresses;
}

/** Whether an address is on this machine, so that a service could be started there. */
export function isLocal(address: string): boolean {
  const { host } = splitAddress(address);
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
