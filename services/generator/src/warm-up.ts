import { DeviceMemoryError, Sampler, type ModelConfig, type SampleGroup } from '@leti/nn';

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
  const [first, smallest] = groupsToTry(config, shape);
  try {
    await drawOnce(sampler, first);
  } catch (error) {
    if (!(error instanceof DeviceMemoryError)) throw error;
    await drawOnce(sampler, smallest);
  }
}

/**
 * Bytes that a sampler takes once `warmUp` has been through.
 * @param shape undefined where there will be no warming up
 * @throws {DeviceMemoryError} when there is no room for anything
 */
export function warmedUpBytes(
  options: Parameters<typeof Sampler.plannedBytes>[0],
  shape: WarmUpShape | undefined,
): number {
  if (shape === undefined) return Sampler.plannedBytes(options);
  const [first, smallest] = groupsToTry(options.config, shape);
  try {
    return Sampler.plannedBytes(options, first);
  } catch (error) {
    if (!(error instanceof DeviceMemoryError)) throw error;
    return Sampler.plannedBytes(options, smallest);
  }
}

/** What is drawn, and what else where there is no room for that. */
function groupsToTry(config: ModelConfig, shape: WarmUpShape): [first: SampleGroup, smallest: SampleGroup] {
  const smallest = groupOf(config, { ...shape, promptTokens: 1, maxNewTokens: 1 });
  const fits = shape.promptTokens + shape.maxNewTokens <= config.maxPositions;
  return [fits ? groupOf(config, shape) : smallest, smallest];
}

function groupOf(config: ModelConfig, { promptTokens, samples, ...parameters }: WarmUpShape): SampleGroup {
  return {
    groupId: 'warm-up',
    promptIds: new Int32Array(promptTokens).fill(config.eosTokenId),
    samples: Array.from({ length: samples }, (_, sampleIndex) => ({ sampleIndex, seed: 0n })),
    ...parameters,
    eosTokenIds: [config.eosTokenId],
    shouldStop: () => 0, // after the first chunk
  };
}

async function drawOnce(sampler: Sampler, group: SampleGroup): Promise<void> {
  await sampler.sample([group], { onSample: () => {} });
}
