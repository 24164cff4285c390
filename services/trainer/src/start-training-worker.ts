import {
  CheckpointExistsError,
  CheckpointNotFoundError,
  CheckpointStoreFullError,
  DigestMismatchError,
  InvalidCheckpointError,
} from '@leti/checkpoint';
import { InconsistentSampleError } from '@leti/leti';
import { InvalidWeightsError, NonFiniteLossError, UnsupportedModelError } from '@leti/nn/model';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';
import { startWorker, type Worker } from '@leti/worker';
import { CorruptStoreError, StoreFullError } from '@leti/runs';
import { CorpusNotFoundError, InvalidCorpusError } from './read-corpus.ts';
import type { TrainingHandlers } from './training-worker.ts';

/** Errors that keep their class on the way from the worker, because the status table knows them. */
const ERRORS = [
  CheckpointExistsError,
  CheckpointNotFoundError,
  CheckpointStoreFullError,
  CorpusNotFoundError,
  CorruptStoreError,
  StoreFullError,
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
export function startTrainingWorker(): Worker<TrainingHandlers> {
  return startWorker<TrainingHandlers>(new URL('./training-worker.ts', import.meta.url), {
    name: 'training',
    errors: ERRORS,
  });
}
