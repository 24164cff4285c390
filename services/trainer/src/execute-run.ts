import { createRemoteJudge } from '@leti/clients';
import { type Learner, type LoopResult, PhaseClock, runLoop, type TrainingRunEvent } from '@leti/leti';
import { readProblems, runPaths } from '@leti/runs';
import { checkpointFolder } from '@leti/tasks';
import { inTurn } from './in-turn.ts';
import { createLearner } from './learner.ts';
import { createLedger } from './ledger.ts';
import { corpusPath } from './resolve-run.ts';
import { loopPlanOf } from './run-course.ts';
import { catchUp, createRunObserver } from './run-observer.ts';
import { createRunSampler } from './run-sampler.ts';
import type { RunMachinery, RunToExecute } from './run-to-execute.ts';
import { throttled } from './throttled.ts';
import { timedJudge, timedSampler } from './timed-parts.ts';
import { jobSettings } from './training-job.ts';
import { createValidator } from './validator.ts';
import { waitListener } from './wait-listener.ts';

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
  const { generatorTurn } = machinery;
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
      sampler: inTurn(timedSampler(await createRunSampler(settings, base, sampling, remote), clock), generatorTurn),
      judge: timedJudge(judge, clock),
      learner: learnerOf(run, machinery, clock, note),
      ledger,
      observer: createRunObserver(run, machinery),
      ...(validation.split !== '' && {
        validator: createValidator({
          paths,
          problems: await readProblems(paths.validationProblems),
          samplesPerProblem: validation.samplesPerProblem,
          seed: settings.seed,
          sampler: inTurn(
            await createRunSampler(settings, base, { ...sampling, temperature: validation.temperature }, remote),
            generatorTurn,
          ),
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
