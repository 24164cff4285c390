import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { trainingSettingsToProto } from '@leti/convert';
import { deriveSeed, parseTrainingSettings, permutation } from '@leti/leti';
import { TrainerServiceClient, type TrainerServiceService, type TrainingRun, TrainingRun_State } from '@leti/proto';
import { createClient, RpcError, type RpcClient } from '@leti/rpc';
import { processesWith, startLeti, until, written } from './leti.ts';
import { iterationFolder, ledgerContent, ledgerKeys } from './run-folder.ts';

/*
 * Training runs in which one process is killed with SIGKILL, any of five at any moment, and what must be true of them at
 * their end: nothing missing, nothing twice, the weights of a run that nobody disturbed.
 */

/** Whom a kill can hit: the services that a training run needs, and the processes in which models live. */
export const VICTIMS = ['trainer', 'training worker', 'generator', 'model worker', 'evaluator'] as const;
export type Victim = (typeof VICTIMS)[number];

/** When whom. */
export interface Kill {
  readonly victim: Victim;
  /** The run has told so many events. */
  readonly afterEvent: number;
  /** And so much time has passed since. */
  readonly delayMs: number;
}

/** What became of a run with a kill. */
export interface KilledRun extends Kill {
  /** Process id that was killed. */
  readonly pid: number;
  readonly seconds: number;
  /** Of the last checkpoint. */
  readonly digest: string;
  /** What is not as it must be; empty when all is well. */
  readonly faults: readonly string[];
}

type TrainerClient = RpcClient<typeof TrainerServiceService>;

const PROBLEMS = 12;
const SAMPLES = 4;
const ITERATIONS = 3;

/** Small enough for many runs, with everything in it: three iterations, both kinds of steps, real programs. */
const SETTINGS = trainingSettingsToProto(
  parseTrainingSettings({
    problems: { task: 'micro', limit: PROBLEMS },
    iterations: ITERATIONS,
    samplesPerProblem: SAMPLES,
    sampling: { maxNewTokens: 48 },
    fineTuning: { epochs: 1, batchSize: 8, learningRate: 5e-4, maxSequenceTokens: 256 },
    pretrainingMix: { ratio: 0.5, corpus: 'micro-corpus', batchSize: 8 },
    seed: 5,
  }),
);

/** Saves often and tells every step, so that a kill may fall between any two of them. */
const ENVIRONMENT = { LETI_TRAINER_SAVE_EVERY_MS: '100', LETI_TRAINER_PROGRESS_EVERY_MS: '0' };

/** The last so many events of a run come within milliseconds of its end. */
const LAST_EVENTS = 3;
const MOST_DELAY_MS = 300;

/**
 * The kill of the `index`-th run. In each five runs in a row every victim has its turn; all else is chance.
 * @param events of a run that nobody disturbs
 */
export function killOf(seed: bigint, index: number, events: number): Kill {
  const round = Math.floor(index / VICTIMS.length);
  const order = permutation(deriveSeed(seed, 'victims', round), VICTIMS.length);
  const below = (what: string, bound: number): number => Number(deriveSeed(seed, what, index) % BigInt(bound));
  return {
    victim: VICTIMS[order[index % VICTIMS.length]!]!,
    afterEvent: 1 + below('event', events - LAST_EVENTS),
    delayMs: below('delay', MOST_DELAY_MS + 1),
  };
}

/**
 * Runs services, one undisturbed run, and then so many with a kill each.
 * @param options.store an empty folder
 * @param options.onRun is told of each run with a kill
 */
export async function killRuns(options: {
  readonly store: string;
  readonly runs: number;
  readonly seed: bigint;
  readonly onRun?: (run: KilledRun, index: number) => void;
}): Promise<KilledRun[]> {
  const { store, runs, seed, onRun } = options;
  const services = startLeti(['up', '--base-port', '0', '--store', store, '--json'], { env: ENVIRONMENT });
  try {
    await written(services, '"state":"up"');
    const { addresses } = JSON.parse(await readFile(join(store, 'services.json'), 'utf8')) as Services;
    const client = createClient(TrainerServiceClient, addresses.trainer);
    try {
      const { run: undisturbed } = await untilEnded(client, await createRun(client));
      const done: KilledRun[] = [];
      for (let index = 0; index < runs; index++) {
        const kill = killOf(seed, index, Number(undisturbed.lastEventNumber));
        const killed = await runWithKill(client, addresses, kill, undisturbed);
        done.push(killed);
        onRun?.(killed, index);
      }
      return done;
    } finally {
      client.close();
    }
  } finally {
    services.child.kill('SIGTERM');
    await services.done;
  }
}

interface Services {
  readonly addresses: Readonly<Record<'trainer' | 'generator' | 'evaluator', string>>;
}

async function runWithKill(
  client: TrainerClient,
  addresses: Services['addresses'],
  kill: Kill,
  undisturbed: TrainingRun,
): Promise<KilledRun> {
  const name = await createRun(client);
  for await (const { event } of client.watchTrainingRun({ name, afterEventNumber: BigInt(kill.afterEvent - 1) }))
    if (event !== undefined) break;
  await sleep(kill.delayMs);
  const pid = await until(() => pidOf(kill.victim, addresses));
  process.kill(pid, 'SIGKILL');
  const { run, seconds } = await untilEnded(client, name);
  const digest = run.latestCheckpoint?.digest ?? '';
  return { ...kill, pid, seconds, digest, faults: await faultsOf(run, undisturbed) };
}

/** Retries while the trainer is down. */
async function throughOutages<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RpcError) || !['UNAVAILABLE', 'CANCELLED', 'DEADLINE_EXCEEDED'].includes(error.code))
        throw error;
      await sleep(100);
    }
  }
}

async function createRun(client: TrainerClient): Promise<string> {
  const requestId = `kill-${process.pid}-${performance.now()}`;
  return (await throughOutages(() => client.createTrainingRun({ settings: SETTINGS, requestId }))).name;
}

const ENDED: readonly TrainingRun_State[] = [
  TrainingRun_State.SUCCEEDED,
  TrainingRun_State.FAILED,
  TrainingRun_State.CANCELLED,
];

async function untilEnded(client: TrainerClient, name: string): Promise<{ run: TrainingRun; seconds: number }> {
  const run = await until(async () => {
    const found = await throughOutages(() => client.getTrainingRun({ name }));
    return ENDED.includes(found.state) && found;
  });
  return { run, seconds: (run.endTime!.getTime() - run.createTime!.getTime()) / 1000 };
}

async function pidOf(victim: Victim, addresses: Services['addresses']): Promise<number | undefined> {
  const service = victim === 'training worker' ? 'trainer' : victim === 'model worker' ? 'generator' : victim;
  const [main] = await processesWith(`services/${service}/src/main.ts --address ${addresses[service]}`);
  if (victim === service || main === undefined) return main;
  const workers = await processesWith(victim === 'training worker' ? 'training-worker.ts' : 'model-worker.ts');
  for (const pid of workers) if ((await parentOf(pid)) === main) return pid;
  return undefined;
}

/** Field 4 of /proc/PID/stat; the name before it may hold anything but ends with the last parenthesis. */
async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** What a run has that it must not have, or lacks, next to one that nobody disturbed. */
async function faultsOf(run: TrainingRun, undisturbed: TrainingRun): Promise<string[]> {
  if (run.state !== TrainingRun_State.SUCCEEDED) return [`ended in state ${run.state}: ${run.error?.message}`];
  const faults: string[] = [];
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
    const [own, other] = [run, undisturbed].map(({ storePath }) => iterationFolder(storePath, iteration));
    for (const file of ['solutions.jsonl', 'evaluations.jsonl', 'fcft.jsonl']) {
      const keys = await ledgerKeys(join(own!, file));
      const place = `iteration ${iteration}, ${file}`;
      if (keys.length !== PROBLEMS * SAMPLES) faults.push(`${place}: ${keys.length} lines for ${PROBLEMS * SAMPLES}`);
      if (new Set(keys).size !== keys.length) faults.push(`${place}: a sample is there twice`);
      const [content, want] = [await ledgerContent(join(own!, file)), await ledgerContent(join(other!, file))];
      const differing = content.findIndex((line, index) => line !== want[index]);
      if (differing >= 0) faults.push(`${place}: got ${content[differing]}, want ${want[differing]}`);
    }
  }
  const [digest, wanted] = [run, undisturbed].map(({ latestCheckpoint }) => latestCheckpoint?.digest);
  if (digest !== wanted) faults.push(`weights ${digest}, want ${wanted}`);
  return faults;
}
