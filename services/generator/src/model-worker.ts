// The process that holds the model. TensorFlow calls block it for as long as a chunk takes; the gRPC process never.
import { CheckpointNotFoundError, DigestMismatchError, InvalidCheckpointError } from '@leti/checkpoint';
import type { Condition } from '@leti/leti';
import { DeviceMemoryError, InvalidWeightsError, NonFiniteLogitsError, UnsupportedModelError } from '@leti/nn';
import { InvalidTokenizerError, MissingSpecialTokenError, TokenizerNotFoundError } from '@leti/tokenizer';
import { runWorker, type WorkerContext, type WorkerHandlers } from '@leti/worker';
import { ModelHost } from './model-host.ts';
import type { GroupOrder, GroupResult, LoadOrder, LoadResult, ScoreResult } from './model-messages.ts';

const host = new ModelHost();

const UNUSABLE = [
  InvalidCheckpointError,
  InvalidWeightsError,
  NonFiniteLogitsError,
  DeviceMemoryError,
  UnsupportedModelError,
  TokenizerNotFoundError,
  InvalidTokenizerError,
  MissingSpecialTokenError,
];

/** The worker's methods, see {@link ModelHost}. */
const handlers = {
  /** Refusals are data: the gRPC process knows the error classes no more than it knows TensorFlow. */
  async load(order: LoadOrder): Promise<LoadResult> {
    try {
      return { kind: 'loaded', model: await host.load(order) };
    } catch (error) {
      const { message } = error as Error;
      const { loadedDigest } = host;
      if (error instanceof CheckpointNotFoundError) return { kind: 'not_found', message, loadedDigest };
      if (error instanceof DigestMismatchError) return { kind: 'other_digest', message, loadedDigest };
      if (UNUSABLE.some((errorClass) => error instanceof errorClass))
        return { kind: 'unusable', message, loadedDigest };
      throw error;
    }
  },
  countPromptTokens({
    prompts,
    condition,
  }: {
    prompts: readonly string[];
    condition: Condition;
  }): number[] | undefined {
    return host.countPromptTokens(prompts, condition);
  },
  sampleGroup(order: GroupOrder, { signal }: WorkerContext): Promise<GroupResult> {
    return host.sampleGroup(order, signal).catch((error: unknown) => {
      if (error instanceof DeviceMemoryError) return { kind: 'no_memory', message: error.message };
      return brokenWeights(error);
    });
  },
  score(
    { texts, expectedDigest }: { texts: readonly string[]; expectedDigest: string | undefined },
    { signal }: WorkerContext,
  ): Promise<ScoreResult> {
    return host.score(texts, expectedDigest, signal).catch(brokenWeights);
  },
} satisfies WorkerHandlers;

function brokenWeights(error: unknown): { readonly kind: 'broken_weights'; readonly message: string } {
  if (error instanceof NonFiniteLogitsError) return { kind: 'broken_weights', message: error.message };
  throw error;
}

export type ModelHandlers = typeof handlers;

runWorker(handlers, { onStop: () => host.dispose() });
