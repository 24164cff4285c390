import { DeviceMemoryError, type ModelConfig, type Sampler } from '@leti/nn';

/** What decides which graphs drawing runs. */
export interface WarmUpShape {
  readonly promptTokens: number;
  /** Samples of the prompt. */
  readonly samples: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly maxNewTokens: number;
}

/**
 * Draws a few tokens from new weights and throws them away. The graphs of the shape are made then, so that the first
 * caller does not wait for them, and weights that give no numbers are found out while the old ones can still serve.
 *
 * @param shape of what will be drawn; one that the model has no room for is taken smaller
 * @throws {NonFiniteLogitsError} {DeviceMemoryError} when there is no room for anything
 */
export async function warmUp(sampler: Sampler, config: ModelConfig, shape: WarmUpShape): Promise<void> {
  const smallest = { ...shape, promptTokens: 1, maxNewTokens: 1 };
  if (shape.promptTokens + shape.maxNewTokens > config.maxPositions) return drawOnce(sampler, config, smallest);
  try {
    await drawOnce(sampler, config, shape);
  } catch (error) {
    if (!(error instanceof DeviceMemoryError)) throw error;
    await drawOnce(sampler, config, smallest);
  }
}

async function drawOnce(
  sampler: Sampler,
  config: ModelConfig,
  { promptTokens, samples, ...parameters }: WarmUpShape,
): Promise<void> {
  const group = {
    groupId: 'warm-up',
    promptIds: new Int32Array(promptTokens).fill(config.eosTokenId),
    samples: Array.from({ length: samples }, (_, sampleIndex) => ({ sampleIndex, seed: 0n })),
    ...parameters,
    eosTokenIds: [config.eosTokenId],
    shouldStop: () => 0, // after the first chunk
  };
  await sampler.sample([group], { onSample: () => {} });
}
