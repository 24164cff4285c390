/** The model gave a NaN or infinite logit: its weights are broken, and whatever was drawn from it would be noise. */
export class NonFiniteLogitsError extends Error {
  override readonly name = 'NonFiniteLogitsError';

  /** @param place what was drawn or scored, for the message @param logprob what came of the logits */
  constructor(place: string, logprob: number) {
    super(`${place}: logits must be finite, got a log-probability of ${logprob}`);
  }
}
