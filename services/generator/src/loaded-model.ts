import type { Checkpoint } from '@leti/checkpoint';
import type { Sampler } from '@leti/nn';
import type { Tokenizer } from '@leti/tokenizer';
import type { ModelDescription } from './describe-model.ts';

/** A model that serves, with all that goes with it. */
export interface LoadedModel {
  readonly description: ModelDescription;
  readonly config: Checkpoint['config'];
  readonly tokenizer: Tokenizer;
  /** Every id that ends a text. */
  readonly endIds: Checkpoint['endIds'];
  readonly sampler: Sampler;
}
