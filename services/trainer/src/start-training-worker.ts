import {
  CheckpointExistsError,
  CheckpointNotFoundError,
  CheckpointStoreFullError,
  DigestMismatchError,
  InvalidCheckpointError,
} from '@leti/checkpoint';
import { InconsistentSampleError } from '@leti/leti';
import { DeviceMemoryError, InvalidWeightsError, NonFiniteLossError, UnsupportedModelError } from '@leti/nn/model';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';
import type { Logger } from '@leti/rpc';
import { startWorker, type Worker } from '@leti/worker';
import { CorruptStoreError, StoreFullError } from '@leti/runs';
import { CorpusChangedError, CorpusNotFoundError, InvalidCorpusError } from './corpus/corpus-errors.ts';
import type { TrainingHandlers } from './training-worker.ts';

/** Errors that keep their class on the way from the worker, because the status table knows them. */
const ERRORS = [
  CheckpointExistsError,
  CheckpointNotFoundError,
  CheckpointStoreFullError,
  CorpusChangedError,
  CorpusNotFoundError,
  CorruptStoreError,
  StoreFullError,
  DeviceMemoryError,
  DigestMismatchError,
  InconsistentSampleError,
  InvalidCheckpointError,
  InvalidCorpusError,
  InvalidTokenizerError,
  InvalidWeightsError,
  MissingSpecialTokenError,
  NonFiniteLossError,
  TokenizerNotFoundError,
  UnsupportedModelError,
];

/** The process that trains, started by the first call and again by the next one after a crash. */
export function startTrainingWorker(logger: Logger): Worker<TrainingHandlers> {
  return startWorker<TrainingHandlers>(new URL('./training-worker.ts', import.meta.url), {
    name: 'training',
    errors: ERRORS,
    // TensorFlow's remarks and warnings at start-up are no news; its errors are.
    defaultEnv: { TF_CPP_MIN_LOG_LEVEL: '2' },
    onOutput: (line) => logger.warn({ event: 'training_worker_output', line }),
    onExit: ({ expected, exitCode, signal }) => {
      if (!expected) logger.error({ event: 'training_worker_crashed', exitCode, signal });
    },
  });
}
