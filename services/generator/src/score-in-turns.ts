import type { LoadedModel } from './loaded-model.ts';
import type { ScoredText } from './model-messages.ts';

/**
 * Scores texts, each cut on the right at the model's length, and pauses after each text that it encodes and each run of
 * the model, so that other work may have its turn. The model must serve until the end.
 * @throws as `Sampler.scoreTokens`
 */
export function* scoreInTurns(
  texts: readonly string[],
  { description, tokenizer, sampler }: LoadedModel,
): Generator<undefined, ScoredText[]> {
  const sequences: Int32Array<ArrayBuffer>[] = [];
  for (const text of texts) {
    sequences.push(Int32Array.from(tokenizer.encode(text).slice(0, description.maxSequenceTokens)));
    yield;
  }
  const scorable = sequences.filter(({ length }) => length > 1);
  const scored = scorable.length === 0 ? [] : yield* sampler.scoreInTurns(scorable);
  const logprobs = scored.values();
  return sequences.map((ids) => ({
    tokenIds: [...ids],
    logprobs: ids.length > 1 ? [...logprobs.next().value!] : [],
  }));
}
