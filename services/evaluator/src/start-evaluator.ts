import { EvaluatorServiceService } from '@leti/proto';
import { createRegistry, type MetricsServer, type Registry, serveMetrics } from '@leti/monitoring';
import { serve, type Logger } from '@leti/rpc';
import { createProgramRunner, type RunnerCounts } from '@leti/sandbox';
import type { z } from 'zod';
import { Admission } from './admission.ts';
import type { EvaluatorConfig } from './config.ts';
import { EvaluatorMetrics } from './evaluator-metrics.ts';
import { createEvaluatorHandlers } from './handlers.ts';
import { STATUSES } from './statuses.ts';

/** An evaluator that listens. */
export interface RunningEvaluator {
  readonly port: number;
  /** Where metrics are served, if they are. */
  readonly metricsPort: number | undefined;
  /** Drains calls, then ends the sandboxes. Calling it again changes nothing. */
  close(): Promise<void>;
  /** Resolves when all of it has ended, by close() or by a signal. */
  readonly closed: Promise<void>;
}

/**
 * Starts the sandboxes, then the service.
 * @throws {NoIsolationError} when the runtime cannot be had here, or is not gVisor in production
 * @throws {NoPythonError} when the interpreter is not there
 * @throws what `serve` throws; nothing is left running then
 */
export async function startEvaluator(
  config: z.output<typeof EvaluatorConfig>,
  { logger, handleSignals = true }: { readonly logger: Logger; readonly handleSignals?: boolean },
): Promise<RunningEvaluator> {
  const { runtime, slots, pythonPath, keptVerdicts, cpuScale, recycleAfter, recycleAfterMs } = config;
  const { cpuTimeMs, wallTimeMs, memoryBytes, outputBytes, processes } = config;
  const { production, runscPath, gvisorPlatform: platform } = config;
  const runner = await createProgramRunner({
    runtime,
    production,
    gvisor: { ...(runscPath !== undefined && { runscPath }), ...(platform !== undefined && { platform }) },
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
  const admission = new Admission({
    calls: runner.info.slots + config.maxWaiting,
    streams: config.maxStreams,
    bytes: config.maxHeldBytes,
  });
  const registry = createRegistry();
  const metrics = new EvaluatorMetrics(registry, runner, admission);
  let metricsServer: MetricsServer | undefined;
  try {
    metricsServer = await startMetrics(config.metricsAddress, registry, logger);
    const implementation = createEvaluatorHandlers({ runner, admission, metrics });
    const server = await serve({
      address: config.address,
      services: [{ definition: EvaluatorServiceService, implementation }],
      logger,
      statuses: STATUSES,
      drainMs: config.drainMs,
      handleSignals,
    });
    const closed = server.closed.then(async () => {
      logger.info({ event: 'programs_judged', ...runner.counts, notRun: shareNotRun(runner.counts) });
      // The last figures can be read until nothing changes them any more.
      await runner.close();
      await metricsServer?.close();
    });
    const metricsPort = metricsServer?.port;
    return { port: server.port, metricsPort, close: () => server.close().then(() => closed), closed };
  } catch (error) {
    await metricsServer?.close();
    await runner.close();
    throw error;
  }
}

async function startMetrics(
  address: string | undefined,
  registry: Registry,
  logger: Logger,
): Promise<MetricsServer | undefined> {
  if (address === undefined) return undefined;
  const server = await serveMetrics(address, registry);
  logger.info({ event: 'metrics_served', address, port: server.port });
  return server;
}

/** The share of programs that another's verdict answered, in [0, 1]. */
function shareNotRun({ run, reused, alike }: RunnerCounts): number {
  const all = run + reused + alike;
  return all === 0 ? 0 : (reused + alike) / all;
}
