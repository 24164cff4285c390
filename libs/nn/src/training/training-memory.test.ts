import { describe, expect, test } from 'vitest';
import { DeviceMemoryError } from '../device-memory-error.ts';
import { smallCodegen } from '../testing/small-config.ts';
import { requireTrainingMemory, trainingMemory, type TrainingMemoryBatch } from './training-memory.ts';

const config = smallCodegen({ numLayers: 4, embedDim: 64, numHeads: 4, innerDim: 256, vocabSize: 512, maxPositions: 256 }); // prettier-ignore
const batch: TrainingMemoryBatch = { rows: 32, tokens: 193 };
/** By hand: two tables and a bias of the head, norms, and per block 12 D² and its vectors. */
const PARAMETERS = 2 * 512 * 64 + 512 + 2 * 64 + 4 * (12 * 64 * 64 + 2 * 64 + 256 + 64);

describe('trainingMemory', () => {
  test('counts weights and moments exactly, and sums up', () => {
    const memory = trainingMemory(config, batch);
    expect([memory.weights, memory.moments]).toEqual([4 * PARAMETERS, 8 * PARAMETERS]);
    const { total, ...parts } = memory;
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  });

  test('holds at least the logits twice and every block', () => {
    expect(trainingMemory(config, batch).activations).toBeGreaterThan(4 * 32 * 192 * (2 * 512 + 4 * 18 * 64));
  });

  test.each<[string, Partial<TrainingMemoryBatch>]>([
    ['micro-batches', { microBatchSize: 4 }],
    ['recomputation', { recompute: true }],
    ['fewer rows', { rows: 16 }],
    ['fewer tokens', { tokens: 97 }],
  ])('is less with %s', (_, change) => {
    const [less, whole] = [trainingMemory(config, { ...batch, ...change }), trainingMemory(config, batch)];
    expect(less.activations).toBeLessThan(0.75 * whole.activations);
    expect(less.total).toBeLessThan(whole.total);
  });

  test('is that of the batch where a micro-batch is as large, but for the sums of gradients', () => {
    const [large, whole] = [trainingMemory(config, { ...batch, microBatchSize: 32 }), trainingMemory(config, batch)];
    expect(large.activations).toBe(whole.activations);
    expect(large.gradients - whole.gradients).toBe(4 * PARAMETERS);
    expect(trainingMemory(config, { ...batch, microBatchSize: 0 })).toEqual(whole);
  });

  test('is more with weights in bfloat16', () => {
    const rounded = trainingMemory(config, { ...batch, weightPrecision: 'bfloat16' });
    expect(rounded.total).toBeGreaterThan(trainingMemory(config, batch).total);
  });
});

describe('requireTrainingMemory', () => {
  const { total } = trainingMemory(config, batch);

  test('lets pass what fits', () => {
    expect(() => requireTrainingMemory(config, batch, total)).not.toThrow();
  });

  test('refuses what does not, with the numbers', () => {
    const refused = (): void => requireTrainingMemory(config, batch, total - 1);
    expect(refused).toThrow(DeviceMemoryError);
    expect(refused).toThrow(
      /^a training step of 32 × 193 tokens \([0-9.]+ MiB of weights, .* of activations, .*\) needs/,
    );
    expect(refused).toThrow(expect.objectContaining({ neededBytes: total, memoryBytes: total - 1 }));
  });
});
