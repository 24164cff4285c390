import {
  BenchmarkServiceClient,
  type BenchmarkServiceService,
  EvaluatorServiceClient,
  type EvaluatorServiceService,
  GeneratorServiceClient,
  type GeneratorServiceService,
  TrainerServiceClient,
  type TrainerServiceService,
} from '@leti/proto';
import { createClient, type RetryPolicy, type RpcClient, RpcError } from '@leti/rpc';
import { type Addresses, type ServiceName, serviceTitle } from './service-definition.ts';

/** A client of each service. They connect when first used. */
export interface ServiceClients {
  readonly generator: RpcClient<typeof GeneratorServiceService>;
  readonly evaluator: RpcClient<typeof EvaluatorServiceService>;
  readonly trainer: RpcClient<typeof TrainerServiceService>;
  readonly benchmark: RpcClient<typeof BenchmarkServiceService>;
}

/**
 * Clients of the services at these addresses. Calls that may be repeated are, as `retry` says; creations may, because
 * every one of this program carries a request id.
 */
export function createServiceClients(addresses: Addresses, retry: RetryPolicy = {}): ServiceClients {
  const generator = createClient(GeneratorServiceClient, addresses.generator, {
    idempotent: ['sampleSolutions', 'loadCheckpoint', 'getModel'],
    retry,
  });
  const evaluator = createClient(EvaluatorServiceClient, addresses.evaluator, {
    idempotent: ['evaluateProgram', 'getEvaluatorInfo'],
    retry,
  });
  const trainer = createClient(TrainerServiceClient, addresses.trainer, {
    idempotent: ['createTrainingRun', 'getTrainingRun', 'listTrainingRuns', 'cancelTrainingRun'],
    retry,
  });
  const benchmark = createClient(BenchmarkServiceClient, addresses.benchmark, {
    idempotent: [
      'createBenchmarkRun',
      'getBenchmarkRun',
      'listBenchmarkRuns',
      'listTasks',
      'cancelBenchmarkRun',
      'compareBenchmarkRuns',
    ],
    retry,
  });
  return {
    generator: naming(generator, 'generator', addresses),
    evaluator: naming(evaluator, 'evaluator', addresses),
    trainer: naming(trainer, 'trainer', addresses),
    benchmark: naming(benchmark, 'benchmark', addresses),
  };
}

type Method = (...args: readonly unknown[]) => unknown;

/** The client, whose errors name the service when it cannot be reached. */
function naming<C extends object>(client: C, service: ServiceName, addresses: Addresses): C {
  const named = (error: unknown): unknown => {
    // With a reason it is the service itself that speaks.
    if (!(error instanceof RpcError) || error.code !== 'UNAVAILABLE' || error.reason !== '') return error;
    const cause = /connect E\w+|ECONN\w+|EHOST\w+|ENOTFOUND|handshake/.exec(error.message)?.[0] ?? error.message;
    const message = `no answer from the ${serviceTitle(service)} at ${addresses[service]} (${cause})`;
    return new RpcError({ code: 'UNAVAILABLE', message, cause: error });
  };
  async function* stream(source: AsyncIterable<unknown>): AsyncGenerator<unknown> {
    try {
      yield* source;
    } catch (error) {
      throw named(error);
    }
  }
  const methods = Object.entries(client as Record<string, Method>).map(([name, method]) => {
    const call: Method = (...args) => {
      const result = method(...args);
      if (result instanceof Promise) {
        return result.catch((error: unknown) => {
          throw named(error);
        });
      }
      const isStream = typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
      return isStream ? stream(result as AsyncIterable<unknown>) : result;
    };
    return [name, call] as const;
  });
  return Object.fromEntries(methods) as C;
}

/** Closes the connections. */
export function closeServiceClients(clients: ServiceClients): void {
  for (const client of Object.values(clients) as { close(): void }[]) client.close();
}

/** Whether a service says SERVING within the time. */
export async function isServing(
  service: ServiceName,
  addresses: Addresses,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  const clients = createServiceClients(addresses);
  try {
    await clients[service].waitUntilServing({ timeoutMs, signal });
    return true;
  } catch {
    return false;
  } finally {
    closeServiceClients(clients);
  }
}
