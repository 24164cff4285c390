import { createRemoteSampler } from '@leti/clients';
import type { PinnedCheckpoint, Sampler, SamplingParameters, TrainingSettings } from '@leti/leti';
import { loadTokenizer } from '@leti/tokenizer';
import { createTotalTokensSampler } from './total-tokens-sampler.ts';

type RemoteSamplerOptions = Parameters<typeof createRemoteSampler>[0];

/**
 * The sampler of a run's settings: through the generator, with a bound on new tokens or, where `totalTokens` is set, on
 * prompt and new tokens together.
 *
 * @param base whose tokenizer the run's checkpoints share
 * @param sampling the settings', or validation's with a temperature of its own
 */
export async function createRunSampler(
  { totalTokens }: Pick<TrainingSettings, 'totalTokens'>,
  base: PinnedCheckpoint,
  sampling: SamplingParameters,
  remote: Omit<RemoteSamplerOptions, 'sampling'>,
): Promise<Sampler> {
  if (totalTokens === 0) return createRemoteSampler({ ...remote, sampling });
  const tokenizer = await loadTokenizer(base.path);
  return createTotalTokensSampler({
    totalTokens,
    maxNewTokens: sampling.maxNewTokens,
    countTokens: (text) => tokenizer.encode(text).length,
    samplerOf: (maxNewTokens) => createRemoteSampler({ ...remote, sampling: { ...sampling, maxNewTokens } }),
  });
}
