import { EvaluatorServiceClient, GeneratorServiceService } from '@leti/proto';
import { createClient, serve, type Logger } from '@leti/rpc';
import type { z } from 'zod';
import type { GeneratorConfig } from './config.ts';
import { EndpointEngine } from './endpoint/endpoint-engine.ts';
import type { Engine } from './engine.ts';
import { createGeneratorHandlers } from './handlers.ts';
import { defaultLanes } from './lanes.ts';
import { LocalEngine } from './local-engine.ts';
import { STATUSES } from './statuses.ts';

/** A generator that listens. */
export interface RunningGenerator {
  readonly port: number;
  /** Process id of the model worker; undefined while none runs. */
  readonly workerPid: () => number | undefined;
  /** Drains calls, then ends the worker. Calling it again changes nothing. */
  close(): Promise<void>;
  /** Resolves when all of it has ended, by close() or by a signal. */
  readonly closed: Promise<void>;
}

/**
 * Starts the service: it takes calls at once, and loads the configured checkpoint, if any, before this resolves.
 * @throws what `serve` and {@link Engine.load} throw; nothing is left running then
 */
export async function startGenerator(
  config: z.output<typeof GeneratorConfig>,
  { logger, handleSignals = true }: { readonly logger: Logger; readonly handleSignals?: boolean },
): Promise<RunningGenerator> {
  const engine = engineFor(config, logger);
  const evaluator = createClient(EvaluatorServiceClient, config.evaluatorAddress, { idempotent: ['evaluateProgram'] });
  const release = async (): Promise<void> => {
    evaluator.close();
    await engine.close();
  };
  try {
    const server = await serve({
      address: config.address,
      services: [
        { definition: GeneratorServiceService, implementation: createGeneratorHandlers({ engine, evaluator }) },
      ],
      logger,
      statuses: STATUSES,
      drainMs: config.drainMs,
      handleSignals,
    });
    let closing = false;
    const closed = server.closed.then(() => {
      closing = true;
      return release();
    });
    if (config.checkpoint !== undefined) {
      try {
        await engine.load({ path: config.checkpoint, digest: undefined }, NEVER);
      } catch (error) {
        // The signal that ends the service ends the load as well.
        if (!closing) {
          await server.close();
          throw error;
        }
      }
    }
    return {
      port: server.port,
      workerPid: () => engine.workerPid,
      close: () => server.close().then(() => closed),
      closed,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function engineFor(config: z.output<typeof GeneratorConfig>, logger: Logger): Engine {
  const { rows, memoryBytes, products, lanes = defaultLanes(), endpoint, endpointModel, endpointKey } = config;
  if (endpoint === undefined) return new LocalEngine({ logger, rows, memoryBytes, products, lanes });
  return new EndpointEngine({
    logger,
    url: endpoint,
    name: endpointModel,
    apiKey: endpointKey,
    connections: rows,
    timeoutMs: ENDPOINT_SILENCE_MS,
  });
}

/** A completion is silent until it is whole, which takes minutes behind a full queue. */
const ENDPOINT_SILENCE_MS = 600_000;

const NEVER = new AbortController().signal;
