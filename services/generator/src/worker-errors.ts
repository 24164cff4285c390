import { CheckpointNotFoundError, DigestMismatchError, InvalidCheckpointError } from '@leti/checkpoint';
import { DeviceMemoryError, InvalidWeightsError, NonFiniteLogitsError, UnsupportedModelError } from '@leti/nn/model';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';
import { LoadedCheckpointGoneError, NoCheckpointLoadedError, OtherWeightsError, PromptLengthError } from './errors.ts';

/** Errors that keep their class on the way from the model worker, because a status, or a field, is told by it. */
export const WORKER_ERRORS = [
  CheckpointNotFoundError,
  DeviceMemoryError,
  DigestMismatchError,
  InvalidCheckpointError,
  InvalidTokenizerError,
  InvalidWeightsError,
  LoadedCheckpointGoneError,
  MissingSpecialTokenError,
  NoCheckpointLoadedError,
  NonFiniteLogitsError,
  OtherWeightsError,
  PromptLengthError,
  TokenizerNotFoundError,
  UnsupportedModelError,
];
