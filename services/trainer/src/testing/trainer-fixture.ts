import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainingSettingsToProto } from '@leti/convert';
import { parseTrainingSettings, type TrainingSettingsInput } from '@leti/leti';
import { TrainerServiceClient, type TrainerServiceService, type TrainingRun, TrainingRun_State } from '@leti/proto';
import { createClient, createLogger, type RpcClient } from '@leti/rpc';
import { type RunningTrainer, startTrainer } from '../start-trainer.ts';
import { TINY_CHECKPOINT } from './run-fixture.ts';
import {
  type EvaluatorScript,
  type GeneratorScript,
  type Restartable,
  scriptedEvaluator,
  scriptedGenerator,
} from './scripted-services.ts';

export type TrainerClient = RpcClient<typeof TrainerServiceService>;

/** Settings of a run over the tiny model that takes seconds: 3 problems × 4 samples, 2 iterations of 6 steps. */
export const TINY_SETTINGS: TrainingSettingsInput = {
  problems: {
    inline: ['a', 'b', 'c'].map((problemId) => ({ problemId, prompt: `# ${problemId}\n`, tests: ['assert f()'] })),
  },
  baseCheckpoint: { path: TINY_CHECKPOINT },
  iterations: 2,
  samplesPerProblem: 4,
  sampling: { maxNewTokens: 8 },
  fineTuning: { epochs: 2, batchSize: 4, learningRate: 1e-3, maxSequenceTokens: 64 },
  seed: 11,
};

export const createRequest = (settings: Partial<TrainingSettingsInput> = {}, requestId = '') => ({
  settings: trainingSettingsToProto(parseTrainingSettings({ ...TINY_SETTINGS, ...settings })),
  requestId,
});

/** A trainer in this process with scripted services beside it, and an empty store. */
export class TrainerFixture {
  readonly store: string;
  readonly generatorScript: GeneratorScript = { beforeGroup: () => {}, requests: [] };
  readonly evaluatorScript: EvaluatorScript = { beforeProgram: () => {}, judged: [] };
  readonly generator: Restartable;
  readonly evaluator: Restartable;
  /** Of the next trainer. */
  maxRunningRuns = 1;
  trainer: RunningTrainer | undefined;
  client!: TrainerClient;

  private constructor(store: string) {
    this.store = store;
    this.generator = scriptedGenerator(this.generatorScript);
    this.evaluator = scriptedEvaluator(this.evaluatorScript);
  }

  static async create(): Promise<TrainerFixture> {
    const fixture = new TrainerFixture(await mkdtemp(join(tmpdir(), 'trainer-')));
    await fixture.generator.up();
    await fixture.evaluator.up();
    return fixture;
  }

  config() {
    return {
      address: '127.0.0.1:0',
      generatorAddress: this.generator.address,
      evaluatorAddress: this.evaluator.address,
      store: this.store,
      maxRunningRuns: this.maxRunningRuns,
      saveEveryMs: 0,
      progressEveryMs: 0,
      drainMs: 0,
      logLevel: 'silent',
    } as const;
  }

  async start(): Promise<void> {
    this.trainer = await startTrainer(
      { ...this.config(), data: undefined },
      {
        logger: createLogger({ name: 'trainer', level: 'silent' }),
        handleSignals: false,
        backoff: { firstMs: 20, mostMs: 100 },
      },
    );
    this.client = createClient(TrainerServiceClient, `127.0.0.1:${this.trainer.port}`);
  }

  async stop(): Promise<void> {
    this.client?.close();
    await this.trainer?.close();
    this.trainer = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.generator.down();
    await this.evaluator.down();
    await rm(this.store, { recursive: true, force: true });
  }
}

/** Watches a run to its end. */
export async function untilEnd(client: TrainerClient, name: string): Promise<TrainingRun> {
  for await (const _ of client.watchTrainingRun({ name, afterEventNumber: 0n })) continue;
  return client.getTrainingRun({ name });
}

/** How a run ended that must have succeeded: what a repetition has to reproduce. */
export function resultOf(run: TrainingRun): { digest: string | undefined; iterations: number } {
  if (run.state !== TrainingRun_State.SUCCEEDED)
    throw new Error(`run ended in state ${run.state}: ${run.error?.message}`);
  return { digest: run.latestCheckpoint?.digest, iterations: run.iterationsDone };
}

/** Each (iteration, problem, sample) in a run's ledger, sorted. */
export async function samplesOf(run: TrainingRun, file = 'solutions.jsonl'): Promise<string[]> {
  const samples: string[] = [];
  for (let iteration = 1; iteration <= run.iterationsDone; iteration++) {
    const path = join(run.storePath, 'iterations', String(iteration).padStart(3, '0'), file);
    for (const line of (await readFile(path, 'utf8')).split('\n').slice(0, -1)) {
      const { problemId, sampleIndex } = JSON.parse(line) as { problemId: string; sampleIndex: number };
      samples.push(`${iteration} ${problemId} ${sampleIndex}`);
    }
  }
  return samples.toSorted();
}

/** What {@link samplesOf} must be for a finished run with {@link TINY_SETTINGS}. */
export const ALL_SAMPLES = [1, 2]
  .flatMap((iteration) => ['a', 'b', 'c'].flatMap((id) => [0, 1, 2, 3].map((index) => `${iteration} ${id} ${index}`)))
  .toSorted();
