import type { Learner, PhaseClock, PinnedCheckpoint } from '@leti/leti';
import { WorkerCrashedError, type WorkerCalls } from '@leti/worker';
import type { TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.ts';
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
 * Trains in the worker process. When the worker dies, e.g. killed for memory, another one goes on from the state that
 * was saved last.
 */
export function createLearner(options: LearnerOptions): Learner {
  const { worker, clock } = options;

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

  return {
    async learn(iteration, from, signal) {
      const { digest, losses, trainSeconds, publishSeconds } = await train(options.job(iteration, from), signal);
      clock.add('train', trainSeconds);
      clock.add('publish', publishSeconds);
      return { checkpoint: { path: options.checkpointFolder(iteration), digest }, losses };
    },
  };
}
