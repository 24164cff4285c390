/** The model gave a NaN or infinite logit: its weights are broken, and whatever was drawn from it would be noise. */
export class NonFiniteLogitsError extends Error {
  override readonly name = 'NonFiniteLogitsError';

  constructor(place: string, value: number) {
    super(`${place}: logits must be finite, got a log-probability of ${value}`);
  }
}
