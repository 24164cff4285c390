import type { Backoff } from '@leti/clients';
import type { BestIteration, PinnedCheckpoint, RunFigures, TrainingRunEvent, TrainingSettings } from '@leti/leti';
import type { EvaluatorServiceService, GeneratorServiceService } from '@leti/proto';
import type { RpcClient } from '@leti/rpc';
import type { Worker } from '@leti/worker';
import type { TrainingHandlers } from './training-worker.ts';
import type { Turn } from './turn.ts';

/** What a run needs that outlives it. */
export interface RunMachinery {
  readonly generator: RpcClient<typeof GeneratorServiceService>;
  readonly evaluator: RpcClient<typeof EvaluatorServiceService>;
  /** This run's alone while it goes on. */
  readonly worker: Pick<Worker<TrainingHandlers>, 'call' | 'ready'>;
  /** Runs that go on at once sample one after the other, see `inTurn`. */
  readonly generatorTurn: Turn;
  /** See `TrainingJob.shardsFolder`. */
  readonly shardsFolder: string;
  /** See `TrainingJob.saveEveryMs`. */
  readonly saveEveryMs: number;
  /** Between two progress events of training at least. */
  readonly progressEveryMs: number;
  readonly backoff?: Backoff;
}

/** A run as the loop is to run it. */
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
