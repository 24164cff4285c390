// The process in which models are trained, so that a long step never keeps a call of the service waiting.
import { runWorker, type WorkerContext } from '@leti/worker';
import type { TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.ts';
import { TrainingSession } from './training-session.ts';

const session = new TrainingSession();
let last: Promise<unknown> = Promise.resolve();

const handlers = {
  /** Trains one iteration; a job waits for the one before it, which may still be saving its state after an abort. */
  train(job: TrainingJob, context: WorkerContext<TrainingProgress>): Promise<TrainingOutcome> {
    const turn = last.then(() => session.train(job, (progress) => void context.emit(progress), context.signal));
    last = turn.catch(() => {});
    return turn;
  },
};

export type TrainingHandlers = typeof handlers;

runWorker(handlers, { onStop: () => session.dispose() });
