import {
  EvaluatorServiceClient,
  type EvaluatorServiceService,
  type EvaluateProgramsRequest,
  Program,
} from '@leti/proto';
import { createClient, createLogger, type RpcClient } from '@leti/rpc';
import { NoIsolationError } from '@leti/sandbox';
import { onTestFinished } from 'vitest';
import { EvaluatorConfig, type RunningEvaluator, startEvaluator } from '../index.ts';

/** A client of an evaluator. */
export type Client = RpcClient<typeof EvaluatorServiceService>;

/** With a scale that need not be measured, and no patience with what a test leaves running. */
const QUICK = { address: '127.0.0.1:0', slots: 1, cpuScale: 1, drainMs: 0 };

/** Starts an evaluator with one slot and metrics, unless `settings` say otherwise, for the running test. */
export async function ownEvaluator(settings: object): Promise<RunningEvaluator & { connect: () => Client }> {
  const evaluator = await startEvaluator(
    EvaluatorConfig.parse({ ...QUICK, metricsAddress: '127.0.0.1:0', ...settings }),
    { logger: createLogger({ name: 'test', level: 'silent' }), handleSignals: false },
  );
  onTestFinished(() => evaluator.close());
  return { ...evaluator, connect: () => connectTo(evaluator.port) };
}

/** A client for the running test. Those to one port share a connection. */
export function connectTo(port: number): Client {
  const client = createClient(EvaluatorServiceClient, `127.0.0.1:${port}`);
  onTestFinished(() => client.close());
  return client;
}

/** Why programs cannot be isolated here, if they cannot. */
export async function whyNotHere(): Promise<string | undefined> {
  try {
    const evaluator = await startEvaluator(EvaluatorConfig.parse(QUICK), {
      logger: createLogger({ name: 'test', level: 'silent' }),
      handleSignals: false,
    });
    await evaluator.close();
    return undefined;
  } catch (error) {
    if (!(error instanceof NoIsolationError)) throw error;
    return error.message;
  }
}

/** A program that sleeps and passes; no other has its text. */
export const sleeper = (programId: string, seconds: number, padding = 0): Program =>
  Program.create({
    programId,
    solution: `import time\ntime.sleep(${seconds})\nx = ${JSON.stringify(programId)}\n#${' '.repeat(padding)}`,
    tests: [`assert x == ${JSON.stringify(programId)}`],
  });

/** Requests with these programs. */
export async function* requestsOf(programs: Iterable<Program>): AsyncGenerator<EvaluateProgramsRequest> {
  for (const program of programs) yield { program };
}

/** A value that the evaluator tells Prometheus; undefined for one that it does not tell. */
export async function metric(evaluator: RunningEvaluator, name: string): Promise<number | undefined> {
  const text = await (await fetch(`http://127.0.0.1:${evaluator.metricsPort}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}
