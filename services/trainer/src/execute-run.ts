import { createRemoteJudge, createRemoteSampler, type Backoff, type Wait } from '@leti/clients';
import {
  type Judge,
  type Ledger,
  type LoopObserver,
  PhaseClock,
  type PinnedCheckpoint,
  runLoop,
  type Sampler,
  type TrainingRunEvent,
  type TrainingSettings,
} from '@leti/leti';
import type { EvaluatorServiceService, GeneratorServiceService } from '@leti/proto';
import type { RpcClient } from '@leti/rpc';
import { readProblems, runPaths } from '@leti/runs';
import { checkpointFolder } from '@leti/tasks';
import type { Worker } from '@leti/worker';
import { readIterationRecord } from './iteration-record.ts';
import { createLearner } from './learner.ts';
import { createLedger } from './ledger.ts';
import { corpusPath } from './resolve-run.ts';
import { throttled } from './throttled.ts';
import { jobSettings } from './training-job.ts';
import type { TrainingHandlers } from './training-worker.ts';

/** What a run needs that outlives it. */
export interface RunMachinery {
  readonly generator: RpcClient<typeof GeneratorServiceService>;
  readonly evaluator: RpcClient<typeof EvaluatorServiceService>;
  readonly worker: Pick<Worker<TrainingHandlers>, 'call' | 'ready'>;
  /** See `TrainingJob.shardsFolder`. */
  readonly shardsFolder: string;
  /** See `TrainingJob.saveEveryMs`. */
  readonly saveEveryMs: number;
  /** Between two progress events of training at least. */
  readonly progressEveryMs: number;
  readonly backoff?: Backoff;
}

export interface RunToExecute {
  readonly folder: string;
  /** As resolved at creation. */
  readonly settings: TrainingSettings;
  /** The corpus must have it; null when none is mixed in. */
  readonly corpusDigest: string | null;
  /** What the log holds already. */
  readonly told: readonly TrainingRunEvent[];
  /** Appends an event to the run's log. */
  emit(event: TrainingRunEvent): Promise<void>;
  /** Is called when an iteration is finished, and for those finished before. */
  onIteration(iteration: number, checkpoint: PinnedCheckpoint): Promise<void>;
}

/**
 * Runs the LETI loop of a run from where it is to its end, with services and worker of any health: what is away is
 * waited for.
 *
 * @throws the signal's reason at the next group or step boundary; whatever cannot be waited out
 */
export async function executeRun(run: RunToExecute, machinery: RunMachinery, signal: AbortSignal): Promise<void> {
  const { settings } = run;
  const paths = runPaths(run.folder);
  const clock = new PhaseClock(() => performance.now());
  // Events that nothing waits for still have to be written: if one cannot be, the run fails as for any other.
  const lost = new AbortController();
  const note = (event: TrainingRunEvent): void => void run.emit(event).catch((error: unknown) => lost.abort(error));
  const stop = AbortSignal.any([signal, lost.signal]);

  const onWait = waitListener(clock, note);
  const patience = { onWait, ...(machinery.backoff && { backoff: machinery.backoff }) };
  machinery.worker.ready().catch(() => {}); // loads TensorFlow while samples are drawn; its call tells what went wrong
  const sampler = createRemoteSampler({ client: machinery.generator, sampling: settings.sampling, ...patience });
  const { limits, feedback } = settings;
  const judge = createRemoteJudge({ client: machinery.evaluator, limits, feedback, ...patience });
  const learner = createLearner({
    worker: machinery.worker,
    job: (iteration, from) => ({
      runFolder: run.folder,
      iteration,
      from,
      continues: iteration > 1,
      settings: jobSettings(settings),
      shardsFolder: machinery.shardsFolder,
      corpusPath: corpusPath(settings.pretrainingMix.corpus),
      corpusDigest: run.corpusDigest,
      saveEveryMs: machinery.saveEveryMs,
    }),
    checkpointFolder: (iteration) => paths.checkpoint(iteration),
    onProgress: throttled(
      machinery.progressEveryMs,
      (_iteration, { step, stepsTotal }) => step === stepsTotal,
      (iteration, progress) => note({ kind: 'training_step', iteration, ...progress }),
    ),
    onCrash: (_, { message }) => note({ kind: 'notice', message: `training goes on in a new process: ${message}` }),
    clock,
  });
  const ledger = createLedger(paths, clock, (iteration, { path, problem }) =>
    note({
      kind: 'notice',
      message: `iteration ${iteration}: ${path}: ${problem}; the group is done again, the file is kept beside`,
    }),
  );
  const problems = await readProblems(paths.problems);
  await catchUp(run, ledger, problems.length);
  await runLoop(
    {
      problems,
      iterations: settings.iterations,
      samplesPerProblem: settings.samplesPerProblem,
      seed: settings.seed,
      baseCheckpoint: {
        path: checkpointFolder(settings.baseCheckpoint.path),
        digest: settings.baseCheckpoint.digest ?? '',
      },
    },
    {
      sampler: timedSampler(sampler, clock),
      judge: timedJudge(judge, clock),
      learner,
      ledger,
      observer: observerOf(run),
    },
    stop,
  );
  stop.throwIfAborted(); // an event of the last moments may have been lost
}

/** While a service stays away, every group in flight waits for it; one of them tells, every so often. */
const NOTICE_EVERY_MS = 30_000;

function waitListener(clock: PhaseClock, note: (event: TrainingRunEvent) => void): (wait: Wait) => void {
  const tellers = new Map<string, (reason: string) => void>();
  const tellerOf = (service: string): ((reason: string) => void) => {
    const pass = (reason: string): void => note({ kind: 'notice', message: `waiting for the ${service}: ${reason}` });
    return throttled<[reason: string]>(NOTICE_EVERY_MS, () => false, pass);
  };
  return ({ service, reason, delayMs }) => {
    setTimeout(clock.start('wait'), delayMs).unref();
    const tell = tellers.get(service) ?? tellerOf(service);
    tellers.set(service, tell);
    tell(reason);
  };
}

function observerOf(run: RunToExecute): LoopObserver {
  return {
    async groupFinished(iteration, { problemId, passed, samples }, groupsDone, groupsTotal) {
      await run.emit({ kind: 'group_finished', iteration, problemId, passed, samples, groupsDone, groupsTotal });
    },
    async iterationFinished(iteration) {
      await tellIteration(run, iteration);
    },
  };
}

/** Tells what the ledger holds and the log lacks: the process may have died between the two. */
async function catchUp(run: RunToExecute, ledger: Ledger, groupsTotal: number): Promise<void> {
  const finished = await ledger.finishedIterations();
  const toldIterations = new Set(run.told.map((event) => event.kind === 'iteration_finished' && event.iteration));
  for (const [index, checkpoint] of finished.entries()) {
    await run.onIteration(index + 1, checkpoint);
    if (!toldIterations.has(index + 1)) await tellIteration(run, index + 1);
  }
  const iteration = finished.length + 1;
  if (iteration > run.settings.iterations) return;
  const toldGroups = new Set(
    run.told.flatMap((event) =>
      event.kind === 'group_finished' && event.iteration === iteration ? event.problemId : [],
    ),
  );
  for (const [index, group] of (await ledger.finishedGroups(iteration)).entries())
    if (!toldGroups.has(group.problemId)) await observerOf(run).groupFinished(iteration, group, index + 1, groupsTotal);
}

async function tellIteration(run: RunToExecute, iteration: number): Promise<void> {
  const paths = runPaths(run.folder);
  const record = await readIterationRecord(paths.iteration(iteration).metrics);
  if (record === undefined) throw new Error(`iteration ${iteration} has no figures`);
  const checkpoint = { path: paths.checkpoint(iteration), digest: record.checkpointDigest };
  await run.onIteration(iteration, checkpoint);
  await run.emit({ kind: 'checkpoint_published', iteration, checkpoint });
  await run.emit({ kind: 'iteration_finished', iteration, metrics: record.metrics });
}

function timedSampler(sampler: Sampler, clock: PhaseClock): Sampler {
  return {
    async *sample(request, signal) {
      const stop = clock.start('sample');
      try {
        yield* sampler.sample(request, signal);
      } finally {
        stop();
      }
    },
  };
}

function timedJudge(judge: Judge, clock: PhaseClock): Judge {
  return {
    judge: (problem, solutions, signal) => clock.measure('evaluate', () => judge.judge(problem, solutions, signal)),
  };
}
