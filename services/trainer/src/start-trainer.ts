import { join, resolve } from 'node:path';
import { EvaluatorServiceClient, GeneratorServiceClient, TrainerServiceService } from '@leti/proto';
import type { Backoff } from '@leti/clients';
import { createClient, serve, type Logger } from '@leti/rpc';
import type { TrainerConfig } from './config.ts';
import { createTrainerHandlers } from './handlers.ts';
import { startTrainingWorker } from './start-training-worker.ts';
import { TRAINER_STATUSES } from './status-table.ts';
import { TrainingRuns } from './training-runs.ts';

/** A trainer that listens. */
export interface RunningTrainer {
  readonly port: number;
  /** Drains calls, suspends the run in progress, ends the worker. Calling it again changes nothing. */
  close(): Promise<void>;
  /** Resolves when all of it has ended, by close() or by a signal. */
  readonly closed: Promise<void>;
}

/** The worker saves its state when it is told to stop; a large model takes a while to write. */
const WORKER_GRACE_MS = 30_000;

/**
 * Starts the service, and goes on with the runs that a trainer before it left in the store.
 * @throws what `serve` and {@link TrainingRuns.open} throw; nothing is left running then
 */
export async function startTrainer(
  config: TrainerConfig,
  options: { readonly logger: Logger; readonly handleSignals?: boolean; readonly backoff?: Backoff },
): Promise<RunningTrainer> {
  const { logger, handleSignals = true, backoff } = options;
  const generator = createClient(GeneratorServiceClient, config.generatorAddress);
  const evaluator = createClient(EvaluatorServiceClient, config.evaluatorAddress);
  // A worker starts its process when it is first needed.
  const workers = Array.from({ length: config.maxRunningRuns }, () => startTrainingWorker(logger));
  // Absolute, because runs remember them, other services read them, and the next trainer may be started elsewhere.
  const store = resolve(config.store);
  const machinery = {
    generator,
    evaluator,
    shardsFolder: join(store, 'shards'),
    saveEveryMs: config.saveEveryMs,
    progressEveryMs: config.progressEveryMs,
    ...(backoff && { backoff }),
  };
  let runs: TrainingRuns | undefined;
  const release = async (): Promise<void> => {
    await runs?.close();
    await Promise.all(workers.map((worker) => worker.stop({ graceMs: WORKER_GRACE_MS })));
    generator.close();
    evaluator.close();
  };
  try {
    const dataFolder = config.data === undefined ? undefined : resolve(config.data);
    runs = await TrainingRuns.open({ store, dataFolder, machinery, workers, logger });
    const server = await serve({
      address: config.address,
      services: [{ definition: TrainerServiceService, implementation: createTrainerHandlers(runs) }],
      logger,
      statuses: TRAINER_STATUSES,
      drainMs: config.drainMs,
      handleSignals,
    });
    const closed = server.closed.then(release);
    return {
      port: server.port,
      close: () => server.close().then(() => closed),
      closed,
    };
  } catch (error) {
    await release();
    throw error;
  }
}
