import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { TrainingSettings } from '@leti/leti';
import { type ModelConfig, trainingMemory, type TrainingMemory } from '@leti/nn/model';
import { InvalidArgumentError } from '@leti/rpc';

/**
 * What a training step takes in this run's worker, bytes, from above.
 * @param tokens of the longest sequence
 */
export function memoryOfTraining(
  { fineTuning, pretrainingMix, objective }: Pick<TrainingSettings, 'fineTuning' | 'pretrainingMix' | 'objective'>,
  config: ModelConfig,
  tokens: number,
): TrainingMemory {
  const { microBatchSize, layout, recompute } = fineTuning;
  const mixed = pretrainingMix.ratio > 0 ? pretrainingMix.batchSize : 0;
  const rows = objective === 'pretraining' ? mixed : Math.max(fineTuning.batchSize, mixed);
  return trainingMemory(config, { rows, tokens, microBatchSize, layout, recompute });
}

/** Bytes that this machine has, or its container may use. */
export function machineMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Whether tensors may lie in memory that is not the machine's own, of which this process knows nothing. */
export const hasGpu = (): boolean => existsSync('/dev/nvidiactl');

/**
 * Refuses a run whose training steps have no room, before anything is sampled for it. The worker would refuse its first
 * step by the same estimate.
 * @throws {InvalidArgumentError}
 */
export function requireMemory(memory: TrainingMemory, availableBytes = machineMemoryBytes()): void {
  if (hasGpu() || memory.total <= availableBytes) return;
  throw new InvalidArgumentError([
    {
      field: 'settings.fine_tuning.batch_size',
      description:
        `must leave room for a training step within this machine's ${gibibytes(availableBytes)}, got one that takes up ` +
        `to ${gibibytes(memory.total)}, ${gibibytes(memory.activations)} of it activations; a micro_batch_size of fewer ` +
        'sequences and recompute take less',
    },
  ]);
}

/** E.g. "1.5 GiB". */
export const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
