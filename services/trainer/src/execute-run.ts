import { createRemoteJudge, type Backoff, type Wait } from '@leti/clients';
import {
  type BestIteration,
  type GroupSummary,
  type Judge,
  type Learner,
  type Ledger,
  type LoopObserver,
  type LoopResult,
  PhaseClock,
  type PinnedCheckpoint,
  type RunFigures,
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
import { curvesOf } from './curves.ts';
import { readIterationRecord } from './iteration-record.ts';
import { createLearner } from './learner.ts';
import { createLedger } from './ledger.ts';
import { corpusPath } from './resolve-run.ts';
import { loopPlanOf } from './run-course.ts';
import { createRunSampler } from './run-sampler.ts';
import { throttled } from './throttled.ts';
import { jobSettings } from './training-job.ts';
import type { TrainingHandlers } from './training-worker.ts';
import { createValidator } from './validator.ts';

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
  /** Whether the first iteration goes on with the optimizer's state in the base checkpoint. */
  readonly continues: boolean;
  /** The corpus must have it; null when none is mixed in. */
  readonly corpusDigest: string | null;
  /** What the log holds already. */
  readonly told: readonly TrainingRunEvent[];
  /** Appends an event to the run's log. */
  emit(event: TrainingRunEvent): Promise<void>;
  /** The optimizer steps that the log tells of up to now. */
  steps(): Promise<RunFigures['steps']>;
  /** Is called when an iteration is finished, with the best so far where iterations are scored, and for those finished before. */
  onIteration(iteration: number, checkpoint: PinnedCheckpoint, best?: BestIteration): Promise<void>;
}

/**
 * Runs the LETI loop of a run from where it is to its end, with services and worker of any health: what is away is
 * waited for.
 *
 * @returns where it ended
 * @throws the signal's reason at the next group or step boundary; whatever cannot be waited out
 */
export async function executeRun(run: RunToExecute, machinery: RunMachinery, signal: AbortSignal): Promise<LoopResult> {
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
  const base = {
    path: checkpointFolder(settings.baseCheckpoint.path),
    digest: settings.baseCheckpoint.digest ?? '',
  };
  const remote = { client: machinery.generator, ...patience };
  const { limits, feedback, sampling, validation } = settings;
  const judge = createRemoteJudge({ client: machinery.evaluator, limits, feedback, ...patience });
  const ledger = createLedger(paths, clock, (iteration, { path, problem }) =>
    note({
      kind: 'notice',
      message: `iteration ${iteration}: ${path}: ${problem}; the group is done again, the file is kept beside`,
    }),
  );
  const problems = await readProblems(paths.problems);
  await catchUp(run, ledger, problems.length);
  const result = await runLoop(
    loopPlanOf(settings, problems, base),
    {
      sampler: timedSampler(await createRunSampler(settings, base, sampling, remote), clock),
      judge: timedJudge(judge, clock),
      learner: learnerOf(run, machinery, clock, note),
      ledger,
      observer: observerOf(run, machinery),
      ...(validation.split !== '' && {
        validator: createValidator({
          paths,
          problems: await readProblems(paths.validationProblems),
          samplesPerProblem: validation.samplesPerProblem,
          seed: settings.seed,
          sampler: await createRunSampler(settings, base, { ...sampling, temperature: validation.temperature }, remote),
          judge,
          clock,
        }),
      }),
    },
    stop,
  );
  stop.throwIfAborted(); // an event of the last moments may have been lost
  return result;
}

function learnerOf(
  { folder, settings, continues, corpusDigest }: RunToExecute,
  machinery: RunMachinery,
  clock: PhaseClock,
  note: (event: TrainingRunEvent) => void,
): Learner {
  const paths = runPaths(folder);
  return createLearner({
    worker: machinery.worker,
    job: (iteration, from) => ({
      runFolder: folder,
      iteration,
      from,
      continues: iteration > 1 || continues,
      settings: jobSettings(settings),
      shardsFolder: machinery.shardsFolder,
      corpusPath: corpusPath(settings.pretrainingMix.corpus),
      corpusDigest,
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

function observerOf(run: RunToExecute, machinery: RunMachinery): LoopObserver {
  const validated = new Set(run.told.map((event) => event.kind === 'validation_finished' && event.iteration));
  return {
    groupFinished: (iteration, group, groupsDone, groupsTotal) =>
      tellGroup(run, iteration, group, groupsDone, groupsTotal),
    async validated(iteration, scores) {
      // A run that goes on scores its base checkpoint again, from what it has stored.
      if (validated.has(iteration)) return;
      validated.add(iteration);
      await run.emit({ kind: 'validation_finished', iteration, scores });
    },
    async iterationFinished(iteration, best) {
      await tellIteration(run, iteration, best);
      await drawCurves(run, machinery);
    },
    alarm: (iteration, message) => run.emit({ kind: 'alarm', iteration, message }),
  };
}

/** Writes the run's curves anew. A run does not fail for want of them. */
async function drawCurves(run: RunToExecute, { worker }: RunMachinery): Promise<void> {
  try {
    await worker.call('writeCurves', await curvesOf(runPaths(run.folder), await run.steps()));
  } catch (error) {
    await run.emit({ kind: 'notice', message: `the curves for TensorBoard are not written: ${String(error)}` });
  }
}

async function tellGroup(
  run: RunToExecute,
  iteration: number,
  { problemId, passed, samples }: GroupSummary,
  groupsDone: number,
  groupsTotal: number,
): Promise<void> {
  await run.emit({ kind: 'group_finished', iteration, problemId, passed, samples, groupsDone, groupsTotal });
}

/** Tells what the ledger holds and the log lacks: the process may have died between the two. */
async function catchUp(run: RunToExecute, ledger: Ledger, groupsTotal: number): Promise<void> {
  const finished = await ledger.finishedIterations();
  const toldIterations = new Set(run.told.map((event) => event.kind === 'iteration_finished' && event.iteration));
  for (const [index, { checkpoint }] of finished.entries()) {
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
    if (!toldGroups.has(group.problemId)) await tellGroup(run, iteration, group, index + 1, groupsTotal);
}

async function tellIteration(run: RunToExecute, iteration: number, best?: BestIteration): Promise<void> {
  const paths = runPaths(run.folder);
  const record = await readIterationRecord(paths.iteration(iteration).metrics);
  if (record === undefined) throw new Error(`iteration ${iteration} has no figures`);
  const checkpoint = { path: paths.checkpoint(iteration), digest: record.checkpointDigest };
  await run.onIteration(iteration, checkpoint, best);
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
