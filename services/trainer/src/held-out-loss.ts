import type { PretrainingStream } from '@leti/leti';
import type { Model } from './open-model.ts';
import type { TrainingJob } from './training-job.ts';

/**
 * What the model makes of documents that it is never trained on: as it rises over the base model's, fine-tuning makes the
 * model forget what pre-training taught it. The same documents in every run over a corpus, whatever its seed.
 *
 * @returns nats per token, the mean over all of them; undefined where nothing is held out
 */
export function heldOutLoss(
  { settings }: TrainingJob,
  { tuner }: Model,
  stream: PretrainingStream | undefined,
): number | undefined {
  let nats = 0;
  let tokens = 0;
  for (const sequences of stream?.heldOut(settings.pretrainingMix.heldOutSequences) ?? []) {
    if (sequences.every(({ length }) => length < 2)) continue; // no target
    const result = tuner.evaluateLoss({ sequences });
    nats += result.loss * result.tokens;
    tokens += result.tokens;
  }
  return tokens === 0 ? undefined : nats / tokens;
}
