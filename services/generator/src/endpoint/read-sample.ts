import type { FinishReason, SamplingParameters } from '@leti/leti';
import type { Tokenizer } from '@leti/tokenizer';
import { SampledText } from '../sampled-text.ts';
import type { Completion } from './completions.ts';
import { EndpointAnswerError } from './endpoint-errors.ts';

/**
 * Cuts a completion as our own engine would, and says why it ended.
 * @param vocabSize the model's
 * @throws {EndpointAnswerError} for one without ids or logprobs, with ids that the model has not or more than were asked
 *   for, or whose end nothing explains
 */
export function readSample(
  { tokenIds, logprobs, finishReason }: Completion,
  tokenizer: Tokenizer,
  { stop, maxNewTokens }: SamplingParameters,
  endIds: readonly number[],
  vocabSize: number,
): { readonly tokenIds: readonly number[]; readonly logprobs: readonly number[]; readonly finishReason: FinishReason } {
  if (tokenIds === undefined) {
    throw new EndpointAnswerError(
      '/completions: want the sampled ids, which vLLM and SGLang send for return_token_ids, got none',
    );
  }
  if (tokenIds.length > maxNewTokens) {
    throw new EndpointAnswerError(`/completions: want at most ${maxNewTokens} ids, got ${tokenIds.length}`);
  }
  const stray = tokenIds.find((id) => id >= vocabSize);
  if (stray !== undefined) throw new EndpointAnswerError(`/completions: want ids in [0, ${vocabSize}), got ${stray}`);
  const stated = finiteLogprobs(logprobs, tokenIds.length);
  const kept = new SampledText(tokenizer, stop).take(tokenIds);
  const ended = endIds.includes(tokenIds.at(-1) ?? -1);
  if (kept !== undefined && !(ended && kept === tokenIds.length)) {
    return { tokenIds: tokenIds.slice(0, kept), logprobs: stated.slice(0, kept), finishReason: 'stop' };
  }
  if (ended) return { tokenIds, logprobs: stated, finishReason: 'eos' };
  if (finishReason === 'length' && tokenIds.length === maxNewTokens) {
    return { tokenIds, logprobs: stated, finishReason: 'length' };
  }
  throw new EndpointAnswerError(
    `/completions: want ids that end with one of ${endIds.join(', ')}, a stop string, or ${maxNewTokens} of them, got ` +
      `${tokenIds.length} with finish_reason ${finishReason || 'nothing'}, the last ${tokenIds.at(-1) ?? 'none'}`,
  );
}

/** Log-probabilities, one per token. @throws {EndpointAnswerError} if one is missing, or is no number */
export function finiteLogprobs(logprobs: readonly (number | null)[], count: number): number[] {
  const good = logprobs.filter((logprob) => logprob !== null && Number.isFinite(logprob)) as number[];
  if (good.length === count && logprobs.length === count) return good;
  throw new EndpointAnswerError(
    `/completions: want ${count} finite logprobs, one per token, got ${logprobs.length}, ${good.length} of them finite`,
  );
}
