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
import { createClient, type RetryPolicy, type RpcClient } from '@leti/rpc';
import type { Addresses, ServiceName } from './service-definition.ts';

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
  return {
    generator: createClient(GeneratorServiceClient, addresses.generator, {
      idempotent: ['sampleSolutions', 'loadCheckpoint', 'getModel'],
      retry,
    }),
    evaluator: createClient(EvaluatorServiceClient, addresses.evaluator, {
      idempotent: ['evaluateProgram', 'getEvaluatorInfo'],
      retry,
    }),
    trainer: createClient(TrainerServiceClient, addresses.trainer, {
      idempotent: ['createTrainingRun', 'getTrainingRun', 'listTrainingRuns', 'cancelTrainingRun'],
      retry,
    }),
    benchmark: createClient(BenchmarkServiceClient, addresses.benchmark, {
      idempotent: [
        'createBenchmarkRun',
        'getBenchmarkRun',
        'listBenchmarkRuns',
        'listTasks',
        'cancelBenchmarkRun',
        'compareBenchmarkRuns',
      ],
      retry,
    }),
  };
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
