/** Thrown when a step's loss or gradient is NaN or infinite. The state is what it was before that step. */
export class NonFiniteLossError extends Error {
  override readonly name = 'NonFiniteLossError';
  /** The step that was not taken, counted from 1. */
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;

  constructor(step: number, loss: number, gradientNorm: number) {
    super(`step ${step}: loss and gradient norm must be finite, got ${loss} and ${gradientNorm}`);
    this.step = step;
    this.loss = loss;
    this.gradientNorm = gradientNorm;
  }
}
