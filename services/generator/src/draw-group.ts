import type { SampledTokens } from '@leti/nn';
import type { Loaded } from './loaded-model.ts';
import type { GroupOrder, GroupResult } from './model-messages.ts';
import { promptIds } from './prompt-ids.ts';
import { SampledText, textOf } from './sampled-text.ts';
import type { WarmUpShape } from './warm-up.ts';

/**
 * Draws one problem's samples.
 * @param onShape told what decides the graphs, before they are made
 * @throws the signal's reason; {NonFiniteLogitsError} {DeviceMemoryError}
 */
export async function drawGroup(
  order: GroupOrder,
  { model, tokenizer, endIds, sampler }: Loaded,
  signal: AbortSignal,
  onShape: (shape: WarmUpShape) => void,
): Promise<GroupResult> {
  const { stop, cleanUpSpaces: _, ...parameters } = order.sampling;
  const ids = promptIds(tokenizer, order.prompt, order.condition);
  const maxPromptTokens = model.maxSequenceTokens - parameters.maxNewTokens;
  if (ids.length === 0 || ids.length > maxPromptTokens) {
    return { kind: 'prompt_too_long', promptTokens: ids.length, maxPromptTokens };
  }
  onShape({ promptTokens: ids.length, samples: order.samples.length, ...parameters });
  const texts = new Map(order.samples.map(({ sampleIndex }) => [sampleIndex, new SampledText(tokenizer, stop)]));
  const finished = new Map<number, SampledTokens>();
  const group = {
    groupId: '',
    promptIds: Int32Array.from(ids),
    samples: order.samples,
    ...parameters,
    eosTokenIds: endIds,
    ...(stop.length > 0 && {
      shouldStop: (soFar: readonly number[], sampleIndex: number) => texts.get(sampleIndex)!.take(soFar),
    }),
  };
  await sampler.sample([group], { onSample: (sample) => finished.set(sample.sampleIndex, sample), signal });
  const samples = order.samples.map(({ sampleIndex }) => {
    const { tokenIds, logprobs, finishReason } = finished.get(sampleIndex)!;
    const text = textOf(tokenizer, tokenIds, order.sampling);
    return { sampleIndex, text, tokenIds, logprobs, finishReason };
  });
  return { kind: 'sampled', digest: model.digest, samples };
}
