import type { SampledTokens } from '@leti/nn';
import { requireRoom } from './errors.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { DrawnGroup, GroupOrder } from './model-messages.ts';
import { promptIds } from './prompt-ids.ts';
import { SampledText, textOf } from './sampled-text.ts';
import type { WarmUpShape } from './warm-up.ts';

/**
 * Draws one problem's samples.
 * @param onShape told what decides the graphs, before they are made
 * @throws the signal's reason; {PromptLengthError} {NonFiniteLogitsError} {DeviceMemoryError}
 */
export async function drawGroup(
  order: GroupOrder,
  { description, tokenizer, endIds, sampler }: LoadedModel,
  signal: AbortSignal,
  onShape: (shape: WarmUpShape) => void,
): Promise<DrawnGroup> {
  const { stop, cleanUpSpaces: _, ...parameters } = order.sampling;
  const ids = promptIds(tokenizer, order.prompt, order.condition);
  requireRoom(ids.length, parameters.maxNewTokens, description.maxSequenceTokens);
  onShape({ promptTokens: ids.length, samples: order.samples.length, ...parameters });
  const texts = new Map(order.samples.map(({ sampleIndex }) => [sampleIndex, new SampledText(tokenizer, stop)]));
  const finished = new Map<number, SampledTokens>();
  const group = {
    groupId: order.problemId,
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
  return { digest: description.digest, samples };
}
