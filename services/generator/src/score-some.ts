import type { LoadedModel } from './loaded-model.ts';
import type { ScoredText } from './model-messages.ts';

/** Texts are scored in turns of about so many tokens, each of them a [tokens, vocabulary] array of logits. */
const SCORE_TOKENS_PER_TURN = 2048;

/**
 * Scores of the first texts, each cut on the right at the model's length: as many as one turn takes, and at least one.
 * @throws {NonFiniteLogitsError}
 */
export function scoreSome(texts: readonly string[], { description, tokenizer, sampler }: LoadedModel): ScoredText[] {
  const batch: Int32Array[] = [];
  let tokens = 0;
  for (const text of texts) {
    const ids = Int32Array.from(tokenizer.encode(text).slice(0, description.maxSequenceTokens));
    if (batch.length > 0 && tokens + ids.length > SCORE_TOKENS_PER_TURN) break;
    batch.push(ids);
    tokens += ids.length;
  }
  const scorable = batch.filter((ids) => ids.length > 1);
  const found = new Map<Int32Array, Float32Array>();
  if (scorable.length > 0) sampler.scoreTokens(scorable).forEach((logprobs, i) => found.set(scorable[i]!, logprobs));
  return batch.map((ids) => ({ tokenIds: [...ids], logprobs: [...(found.get(ids) ?? [])] }));
}
