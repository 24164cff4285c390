import {
  CheckpointExistsError,
  CheckpointNotFoundError,
  CheckpointStoreFullError,
  HubError,
  InvalidCheckpointError,
} from '@leti/checkpoint';
import { UnsupportedModelError } from '@leti/nn/model';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';

/** Errors that say what is wrong with what the user named. RangeError: weights that the wanted type cannot hold. */
const BAD_INPUT = [
  CheckpointExistsError,
  CheckpointNotFoundError,
  InvalidCheckpointError,
  UnsupportedModelError,
  InvalidTokenizerError,
  MissingSpecialTokenError,
  TokenizerNotFoundError,
  RangeError,
];

/** Runs work on a model; its errors become ones for the user. @throws {CliError} and what else `work` throws */
export async function inModelTerms<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HubError) throw hubFailure(error);
    if (error instanceof CheckpointStoreFullError) {
      throw new CliError(EXIT.failed, error.message, { cause: error, details: ['free some space and run it again'] });
    }
    if (BAD_INPUT.some((kind) => error instanceof kind)) {
      throw new CliError(EXIT.badInput, (error as Error).message, { cause: error });
    }
    throw error;
  }
}

function hubFailure(error: HubError): CliError {
  const again = 'run it again: what has come is kept';
  switch (error.reason) {
    case 'unavailable':
      return new CliError(EXIT.unavailable, error.message, { cause: error, details: [again] });
    case 'corrupt':
      return new CliError(EXIT.failed, error.message, { cause: error, details: [again] });
    case 'denied':
      return new CliError(EXIT.badInput, error.message, { cause: error, details: ['the token is read from HF_TOKEN'] });
    case 'not_found':
      return new CliError(EXIT.badInput, error.message, { cause: error });
  }
}
