import { resolve } from 'node:path';
import type { Backoff } from '@leti/clients';
import { BenchmarkServiceService, EvaluatorServiceClient, GeneratorServiceClient } from '@leti/proto';
import { createClient, serve, type Logger } from '@leti/rpc';
import type { z } from 'zod';
import { BenchmarkRuns } from './benchmark-runs.ts';
import type { BenchmarkConfig } from './config.ts';
import { createBenchmarkHandlers } from './handlers.ts';
import { STATUSES } from './statuses.ts';

/** A benchmark service that listens. */
export interface RunningBenchmark {
  readonly port: number;
  /** Drains calls and interrupts the run that is executed. Calling it again changes nothing. */
  close(): Promise<void>;
  /** Resolves when all of it has ended, by close() or by a signal. */
  readonly closed: Promise<void>;
}

/**
 * Starts the service and goes on with the runs that have not ended.
 * @throws what `serve` and {@link BenchmarkRuns.open} throw; nothing is left running then
 */
export async function startBenchmark(
  config: z.output<typeof BenchmarkConfig>,
  {
    logger,
    handleSignals = true,
    backoff,
  }: { readonly logger: Logger; readonly handleSignals?: boolean; readonly backoff?: Backoff },
): Promise<RunningBenchmark> {
  const generator = createClient(GeneratorServiceClient, config.generatorAddress);
  const evaluator = createClient(EvaluatorServiceClient, config.evaluatorAddress);
  const releases: (() => void | Promise<void>)[] = [() => generator.close(), () => evaluator.close()];
  const release = async (): Promise<void> => {
    for (const each of releases.toReversed()) await each();
  };
  try {
    // Absolute, because runs remember them and may go on in a process that was started elsewhere.
    const store = resolve(config.store);
    const dataFolder = config.data === undefined ? undefined : resolve(config.data);
    const runs = await BenchmarkRuns.open({
      store,
      dataFolder,
      generator,
      evaluator,
      logger,
      ...(backoff !== undefined && { backoff }),
    });
    releases.push(() => runs.close());
    const server = await serve({
      address: config.address,
      services: [
        {
          definition: BenchmarkServiceService,
          implementation: createBenchmarkHandlers({ runs, dataFolder }),
        },
      ],
      logger,
      statuses: STATUSES,
      drainMs: config.drainMs,
      handleSignals,
    });
    const closed = server.closed.then(release);
    return { port: server.port, close: () => server.close().then(() => closed), closed };
  } catch (error) {
    await release();
    throw error;
  }
}
