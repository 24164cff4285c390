import type { Learner, PhaseClock, PinnedCheckpoint } from '@leti/leti';
import { WorkerCrashedError, type WorkerCalls } from '@leti/worker';
import type { IterationOfRun, TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.ts';
import type { TrainingHandlers } from './training-worker.ts';

export interface LearnerOptions {
  readonly worker: WorkerCalls<TrainingHandlers>;
  job(iteration: number, from: PinnedCheckpoint): TrainingJob;
  /** Where the iteration's checkpoint is published. */
  checkpointFolder(iteration: number): string;
  onProgress(iteration: number, progress: TrainingProgress): void;
  /** Told before the worker is started again. */
  onCrash(iteration: number, error: WorkerCrashedError): void;
  readonly clock: PhaseClock;
}

/** So many crashes without a single step between them say that another attempt would crash as well. */
const MAX_FRUITLESS_CRASHES = 3;

/**
 * Trains in the worker process, which loads weights and builds sequences while samples are drawn. When the worker dies,
 * e.g. killed for memory, another one goes on from the state that was saved last.
 */
export function createLearner(options: LearnerOptions): Learner {
  const { worker, clock } = options;
  /** The iteration whose groups the worker is told of; undefined where it could not make ready. */
  let open: IterationOfRun | undefined;
  let adding = false;
  let more = false;

  const train = async (job: TrainingJob, signal: AbortSignal): Promise<TrainingOutcome> => {
    let crashes = 0;
    let furthest = 0;
    const onProgress = (progress: TrainingProgress): void => {
      if (progress.step > furthest) crashes = 0;
      furthest = Math.max(furthest, progress.step);
      options.onProgress(job.iteration, progress);
    };
    for (;;) {
      try {
        return await worker.call('train', job, { signal, onProgress });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof WorkerCrashedError) || ++crashes >= MAX_FRUITLESS_CRASHES) throw error;
        options.onCrash(job.iteration, error);
      }
    }
  };

  /** Has the worker build what the ledger has got, once for all groups that came while it was building. */
  const addGroups = async (of: IterationOfRun): Promise<void> => {
    more = true;
    if (adding) return;
    adding = true;
    try {
      while (more && open === of) {
        more = false;
        await clock.measure('build', () => worker.call('addGroups', of));
      }
    } catch {
      open = undefined; // train() does it all, and says what is wrong
    } finally {
      adding = false;
    }
  };

  return {
    begin(iteration, from, signal) {
      const job = options.job(iteration, from);
      const of = { runFolder: job.runFolder, iteration };
      open = of;
      worker.call('open', job, { signal }).catch(() => {
        if (open === of) open = undefined;
      });
    },
    groupRecorded(iteration) {
      if (open?.iteration === iteration) void addGroups(open);
    },
    heldOutLoss(checkpoint, signal) {
      return worker.call('heldOutLoss', options.job(1, checkpoint), { signal });
    },
    async learn(iteration, from, signal) {
      open = undefined;
      const outcome = await train(options.job(iteration, from), signal);
      const { digest, losses, trainSeconds, publishSeconds, dataSeconds, heldOutLoss, sequences } = outcome;
      clock.add('train', trainSeconds);
      clock.add('data', dataSeconds);
      clock.add('publish', publishSeconds);
      const checkpoint = { path: options.checkpointFolder(iteration), digest };
      return { checkpoint, losses, heldOutLoss, trainedSequences: sequences };
    },
  };
}
