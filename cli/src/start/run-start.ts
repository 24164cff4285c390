import { randomUUID } from 'node:crypto';
import type { BenchmarkSettings } from '@leti/leti';
import { stateOf } from '../any-run.ts';
import { createBenchmarkRun, followBenchmarkRun, type BenchmarkRunResult } from '../benchmark-run.ts';
import { cancelOnInterrupt } from '../cancel-on-interrupt.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import type { ServiceClients } from '../supervisor/service-clients.ts';
import { createTrainingRun, followTrainingRun, type TrainingRunResult } from '../training-run.ts';
import type { StartPlan } from './start-plan.ts';

/** A difference with its paired 95 % interval. */
export interface Difference {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** A part of the job and the seconds it took. */
export interface JobPart {
  readonly name: string;
  readonly seconds: number;
}

/** A benchmark run that succeeded. */
export type ScoredRun = BenchmarkRunResult & { readonly result: NonNullable<BenchmarkRunResult['result']> };

/** What `leti start` came to. */
export interface StartResult {
  readonly before: ScoredRun;
  readonly training: TrainingRunResult;
  readonly after: ScoredRun;
  /** after − before in pass@1 over the same problems. */
  readonly difference: Difference;
  readonly parts: readonly JobPart[];
}

async function score(
  clients: ServiceClients,
  settings: BenchmarkSettings,
  context: CommandContext,
  label: string,
): Promise<ScoredRun> {
  const { benchmark } = clients;
  const { name } = await createBenchmarkRun(benchmark, settings, randomUUID(), (field) => field);
  const run = await cancelOnInterrupt(name, clients, context, followBenchmarkRun(benchmark, name, context, label));
  const { result, state, error } = run;
  if (result === undefined)
    throw new CliError(EXIT.failed, `${label} ${state}: ${error}`, { details: [run.storePath] });
  return { ...run, result };
}

/** A run that an earlier job left unfinished goes on first: the user should know what is waited for. */
async function noteEarlierRuns(trainer: ServiceClients['trainer'], { output, signal }: CommandContext): Promise<void> {
  const { trainingRuns } = await trainer.listTrainingRuns({ pageSize: 100, pageToken: '' }, { signal });
  const unfinished = trainingRuns.filter((run) => ['queued', 'running'].includes(stateOf(run)));
  for (const { name } of unfinished) {
    output.note(`note: ${name} was left unfinished and goes on first; 'leti runs cancel ${name}' stops it`);
  }
}

/**
 * Scores the base model, trains it, scores the result, and compares the two.
 * @param parts takes each part when it is done; may hold earlier ones
 * @throws {CliError} when a run does not succeed
 */
export async function runStart(
  { training: settings, before: beforeSettings, after: afterSettings }: StartPlan,
  clients: ServiceClients,
  context: CommandContext,
  parts: JobPart[],
): Promise<StartResult> {
  const { trainer, benchmark } = clients;
  await noteEarlierRuns(trainer, context);
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    parts.push({ name, seconds: (performance.now() - started) / 1000 });
    return result;
  };
  const before = await timed('benchmark before', () => score(clients, beforeSettings, context, 'benchmark before'));
  const training = await timed('training', async () => {
    const { name } = await createTrainingRun(trainer, settings, randomUUID());
    return cancelOnInterrupt(name, clients, context, followTrainingRun(trainer, name, settings.iterations, context));
  });
  const { checkpoint, state, error, name } = training;
  if (state !== 'succeeded' || checkpoint === undefined) {
    throw new CliError(EXIT.failed, `${name} ${state}: ${error}`, {
      details: [`run folder: ${training.storePath}`, `it can go on: leti up, then leti runs resume ${name}`],
    });
  }
  const after = await timed('benchmark after', () =>
    score(clients, { ...afterSettings, checkpoint }, context, 'benchmark after'),
  );
  const compared = await benchmark.compareBenchmarkRuns(
    { base: before.name, other: after.name },
    { signal: context.signal },
  );
  const { difference: estimate, low, high } = compared;
  return { before, training, after, difference: { estimate, low, high }, parts };
}
