import type { EvaluatorInfo } from '@leti/proto';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-code.ts';

/** What the user may ask an evaluator to isolate programs with; `auto` leaves it to the evaluator. */
export const RUNTIMES = ['auto', 'gvisor', 'sandlock', 'unsafe-process'] as const;
export type RuntimeChoice = (typeof RUNTIMES)[number];

type Variables = Readonly<Record<string, string | undefined>>;

/** Whether this environment is one of production, where evaluators take no runtime but gVisor. */
export const isProduction = (env: Variables): boolean =>
  env['NODE_ENV'] === 'production' || env['LETI_EVALUATOR_PRODUCTION'] === 'true';

/** What is asked of the runtime of an evaluator that runs already. */
export interface RuntimeDemand {
  /** By flag or environment. */
  readonly runtime: RuntimeChoice | undefined;
  readonly production: boolean;
}

/** Why a runtime is not what is asked for; undefined when it is. */
export function runtimeMismatch(has: string, { runtime, production }: RuntimeDemand): string | undefined {
  if (production && has !== 'gvisor') return `production takes no runtime but gvisor, got '${has}'`;
  if (runtime === undefined || runtime === 'auto' || runtime === has) return undefined;
  return `expected the runtime '${runtime}', got '${has}'`;
}

/**
 * Refuses an evaluator that runs programs with another runtime than is asked for.
 * @throws {CliError} with the reason
 */
export function assertRuntime(
  address: string,
  { runtime }: Pick<EvaluatorInfo, 'runtime'>,
  demand: RuntimeDemand,
): void {
  const mismatch = runtimeMismatch(runtime, demand);
  if (mismatch === undefined) return;
  const wanted = demand.production ? 'gvisor' : demand.runtime;
  throw new CliError(EXIT.badInput, `the evaluator at ${address}: ${mismatch}`, {
    details: [`stop it and start it with 'leti up --runtime ${wanted}', or have one of your own with --base-port 0`],
  });
}
