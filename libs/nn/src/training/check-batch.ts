import type { ModelConfig } from '../model-config.ts';
import type { TrainingBatch } from './batch.ts';

/** @throws {RangeError} naming the first thing of the batch that the model cannot take */
export function checkBatch(config: ModelConfig, { sequences, lossMasks, sequenceWeights }: TrainingBatch): void {
  if (sequences.length === 0) throw new RangeError('TrainingBatch.sequences must hold at least one sequence, got none');
  if (lossMasks !== undefined && lossMasks.length !== sequences.length) {
    throw new RangeError(`TrainingBatch.lossMasks must hold ${sequences.length} masks, got ${lossMasks.length}`);
  }
  checkWeights(sequences.length, sequenceWeights);
  for (const [i, sequence] of sequences.entries()) {
    checkSequence(config, `TrainingBatch.sequences[${i}]`, sequence);
    const mask = lossMasks?.[i];
    if (mask !== undefined) checkMask(i, sequence, mask);
  }
}

/**
 * @param place of the sequence, for the message
 * @throws {RangeError} when it is too long for the model, or an id is outside the vocabulary
 */
export function checkSequence({ vocabSize, maxPositions }: ModelConfig, place: string, ids: Int32Array): void {
  if (ids.length > maxPositions) {
    throw new RangeError(`${place} must have at most ${maxPositions} tokens, got ${ids.length}`);
  }
  const bad = ids.findIndex((id) => id < 0 || id >= vocabSize);
  if (bad >= 0) throw new RangeError(`${place}[${bad}] must be a token id below ${vocabSize}, got ${ids[bad]}`);
}

function checkMask(i: number, ids: Int32Array, mask: Uint8Array): void {
  if (mask.length !== ids.length) {
    throw new RangeError(`TrainingBatch.lossMasks[${i}] must have ${ids.length} entries, got ${mask.length}`);
  }
  const odd = mask.findIndex((bit) => bit > 1);
  if (odd >= 0) throw new RangeError(`TrainingBatch.lossMasks[${i}][${odd}] must be 0 or 1, got ${mask[odd]}`);
}

function checkWeights(count: number, weights: readonly number[] | undefined): void {
  if (weights === undefined) return;
  if (weights.length !== count) {
    throw new RangeError(`TrainingBatch.sequenceWeights must hold ${count} weights, got ${weights.length}`);
  }
  const odd = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (odd >= 0) {
    throw new RangeError(`TrainingBatch.sequenceWeights[${odd}] must be finite and at least 0, got ${weights[odd]}`);
  }
}
