/** How a base model is trained on its corpus. */
export interface BaseRecipe {
  readonly steps: number;
  /** Documents per step; each is seen once. */
  readonly batchSize: number;
  readonly peakLearningRate: number;
  readonly warmupSteps: number;
  /** Of the peak, at the last step; between them a cosine. */
  readonly finalShare: number;
  readonly beta2: number;
  readonly maxGradientNorm: number;
}

/** Learning rate of a step, counted from 0. */
export function learningRateAt(recipe: BaseRecipe, step: number): number {
  const { steps, peakLearningRate, warmupSteps, finalShare } = recipe;
  const warmup = Math.min(1, (step + 1) / warmupSteps);
  const cosine = (1 + Math.cos((Math.PI * step) / steps)) / 2;
  return peakLearningRate * warmup * (finalShare + (1 - finalShare) * cosine);
}
