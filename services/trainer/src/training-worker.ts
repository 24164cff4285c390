// The process in which models are trained, so that a long step never keeps a call of the service waiting.
import { runWorker, type WorkerContext } from '@leti/worker';
import type { CurvesJob } from './curves.ts';
import type { IterationOfRun, TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.ts';
import { TrainingSession } from './training-session.ts';
import { writeCurves } from './write-curves.ts';

const session = new TrainingSession();
let last: Promise<unknown> = Promise.resolve();

/** A call waits for the one before it, which may still be saving its state after an abort. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => {});
  return turn;
}

const handlers = {
  /** Makes an iteration's training ready while its samples are being drawn. */
  open(job: TrainingJob, { signal }: WorkerContext): Promise<void> {
    return inTurn(() => session.open(job, signal));
  },
  /** Builds the sequences of the groups that are new in the ledger of an open iteration. */
  addGroups(of: IterationOfRun): Promise<void> {
    return inTurn(() => session.addGroups(of));
  },
  /** The loss on held-out documents before an iteration. */
  heldOutLoss(job: TrainingJob, { signal }: WorkerContext): Promise<number | undefined> {
    return inTurn(() => session.heldOutLoss(job, signal));
  },
  /** Trains one iteration. */
  train(job: TrainingJob, context: WorkerContext<TrainingProgress>): Promise<TrainingOutcome> {
    return inTurn(() => session.train(job, (progress) => void context.emit(progress), context.signal));
  },
  /** Writes a run's curves for TensorBoard. */
  writeCurves(job: CurvesJob): Promise<void> {
    return inTurn(() => writeCurves(job));
  },
};

export type TrainingHandlers = typeof handlers;

runWorker(handlers, { onStop: () => session.dispose() });
