import { fileURLToPath } from 'node:url';
import type { RuntimeChoice } from '../evaluator-runtime.ts';

/** The four services, in the order in which they are started; stopped the other way round. */
export const SERVICE_NAMES = ['evaluator', 'generator', 'trainer', 'benchmark'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What a sentence calls a service: "the trainer", "the benchmark service". */
export const serviceTitle = (name: ServiceName): string => (name === 'benchmark' ? 'benchmark service' : name);

/** host:port of each service. */
export type Addresses = Readonly<Record<ServiceName, string>>;

/** Where services listen unless told otherwise; loopback only. */
export const DEFAULT_ADDRESSES: Addresses = {
  generator: '127.0.0.1:50051',
  evaluator: '127.0.0.1:50052',
  trainer: '127.0.0.1:50053',
  benchmark: '127.0.0.1:50054',
};

/** What the services of one machine share. */
export interface Deployment {
  readonly addresses: Addresses;
  /** Absolute path of the run store. */
  readonly store: string;
  /** Absolute path of the folder with official benchmark files; undefined leaves it to each request. */
  readonly data: string | undefined;
  /** What the evaluator is to isolate programs with; undefined leaves it to its environment and defaults. */
  readonly runtime?: RuntimeChoice | undefined;
  /** host:port of the evaluator's metrics; undefined leaves it to its environment. */
  readonly metricsAddress?: string | undefined;
}

/** The program of a service. */
export const serviceProgram = (name: ServiceName): string =>
  fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));

/** The services that a service calls. */
const CALLS: Readonly<Record<ServiceName, readonly ServiceName[]>> = {
  evaluator: [],
  generator: ['evaluator'],
  trainer: ['generator', 'evaluator'],
  benchmark: ['generator', 'evaluator'],
};

/** The flags that a service is started with. */
export function serviceArguments(name: ServiceName, deployment: Deployment): string[] {
  const { addresses, store, data, runtime, metricsAddress } = deployment;
  const others = CALLS[name].flatMap((other) => [`--${other}-address`, addresses[other]]);
  const ownsRuns = name === 'trainer' || name === 'benchmark';
  return [
    '--address',
    addresses[name],
    ...others,
    ...(ownsRuns ? ['--store', store, ...(data === undefined ? [] : ['--data', data])] : []),
    ...(name === 'generator' ? ['--checkpoint', 'micro-base'] : []),
    ...(name === 'evaluator' && runtime !== undefined ? ['--runtime', runtime] : []),
    ...(name === 'evaluator' && metricsAddress !== undefined ? ['--metrics-address', metricsAddress] : []),
  ];
}
