import type { SampledTokens, SampleGroup } from '../decode/sample-group.ts';
import type { Sampler } from '../decode/sampler.ts';
import { initialWeights } from '../initial-weights.ts';
import type { ModelConfig } from '../model-config.ts';
import type { NamedArrays } from '../named-array.ts';

/** A group named `g` of `count` samples (one, if left out) with seeds from 0; what is left out is plain sampling. */
export function groupOf(partial: Partial<SampleGroup> & { readonly count?: number } = {}): SampleGroup {
  const { count = 1, ...rest } = partial;
  return {
    groupId: 'g',
    promptIds: Int32Array.of(5, 6, 7),
    samples: Array.from({ length: count }, (_, i) => ({ sampleIndex: i, seed: BigInt(i) })),
    temperature: 1,
    topP: 1,
    maxNewTokens: 12,
    eosTokenIds: [],
    ...rest,
  };
}

/** All samples of a call, in the order in which they end. */
export async function drawAll(sampler: Sampler, groups: Iterable<SampleGroup>): Promise<SampledTokens[]> {
  const samples: SampledTokens[] = [];
  await sampler.sample(groups, { onSample: (sample) => samples.push(sample) });
  return samples;
}

/** By `groupId/sampleIndex`. */
export function samplesByName(samples: readonly SampledTokens[]): Map<string, SampledTokens> {
  return new Map(samples.map((sample) => [`${sample.groupId}/${sample.sampleIndex}`, sample]));
}

/** Weights of a model that is sure of some tokens and unsure of others. */
export function lively(config: ModelConfig, seed: number): NamedArrays {
  return new Map(
    [...initialWeights(config, seed)].map(([name, { shape, data }]) => [name, { shape, data: data.map((v) => 4 * v) }]),
  );
}
