import { EvaluatorServiceService } from '@leti/proto';
import { serve, type Logger } from '@leti/rpc';
import { createProgramRunner } from '@leti/sandbox';
import type { z } from 'zod';
import { Admission } from './admission.ts';
import type { EvaluatorConfig } from './config.ts';
import { createEvaluatorHandlers } from './handlers.ts';
import { STATUSES } from './statuses.ts';

/** An evaluator that listens. */
export interface RunningEvaluator {
  readonly port: number;
  /** Drains calls, then ends the sandboxes. Calling it again changes nothing. */
  close(): Promise<void>;
  /** Resolves when all of it has ended, by close() or by a signal. */
  readonly closed: Promise<void>;
}

/**
 * Starts the sandboxes, then the service.
 * @throws {NoIsolationError} when programs cannot be isolated and the runtime is not `unsafe-process`
 * @throws what `serve` throws; nothing is left running then
 */
export async function startEvaluator(
  config: z.output<typeof EvaluatorConfig>,
  { logger, handleSignals = true }: { readonly logger: Logger; readonly handleSignals?: boolean },
): Promise<RunningEvaluator> {
  const { runtime, slots, pythonPath, keptVerdicts, cpuScale, recycleAfter, recycleAfterMs } = config;
  const { cpuTimeMs, wallTimeMs, memoryBytes, outputBytes, processes } = config;
  const runner = await createProgramRunner({
    runtime,
    ...(slots !== undefined && { slots }),
    pythonPath,
    keptVerdicts,
    ...(cpuScale !== undefined && { cpuScale }),
    recycleAfter,
    recycleAfterMs,
    defaultLimits: { cpuTimeMs, wallTimeMs, memoryBytes, outputBytes, processes },
  });
  logger.info({ event: 'sandboxes_ready', ...runner.info });
  if (runner.info.runtime === 'unsafe-process') logger.warn({ event: 'no_isolation', caveats: runner.info.caveats });
  const admission = new Admission(runner.info.slots + config.maxWaiting);
  try {
    const server = await serve({
      address: config.address,
      services: [
        { definition: EvaluatorServiceService, implementation: createEvaluatorHandlers({ runner, admission }) },
      ],
      logger,
      statuses: STATUSES,
      drainMs: config.drainMs,
      handleSignals,
    });
    const closed = server.closed.then(async () => {
      logger.info({ event: 'programs_judged', ...runner.counts });
      await runner.close();
    });
    return { port: server.port, close: () => server.close().then(() => closed), closed };
  } catch (error) {
    await runner.close();
    throw error;
  }
}
