import { describe, expect, test } from 'vitest';
import { smallCodegen } from '../testing/small-config.ts';
import { decodeShapeOf } from './shape-of-group.ts';
import { cacheBytes, weightBytes, workingBytes } from './memory-plan.ts';
import type { SampleGroup } from './sample-group.ts';

const config = smallCodegen({
  numLayers: 2, embedDim: 64, numHeads: 4, innerDim: 256, vocabSize: 512, maxPositions: 256,
}); // prettier-ignore

function groupOf(partial: Partial<SampleGroup> & { count?: number } = {}): SampleGroup {
  const { count = 16, ...rest } = partial;
  const samples = Array.from({ length: count }, (_, i) => ({ sampleIndex: i, seed: BigInt(i) }));
  return { groupId: '', promptIds: new Int32Array(50), samples, temperature: 1, topP: 1, maxNewTokens: 40, eosTokenIds: [], ...rest }; // prettier-ignore
}

const PLENTY = { rows: 128, memoryBytes: 2 ** 40, device: 'cpu' } as const;

describe('decodeShapeOf', () => {
  test('rounds prompts to powers of two and new tokens to multiples of 32', () => {
    const shape = { rows: 128, tiles: 32, promptSlots: 64, newSlots: 64, chunkSteps: 4, layersPerCall: 2, promptLayersPerCall: 2, cut: false }; // prettier-ignore
    expect(decodeShapeOf(groupOf(), config, PLENTY)).toEqual(shape);
    expect(decodeShapeOf(groupOf({ maxNewTokens: 65 }), config, PLENTY)).toEqual({ ...shape, newSlots: 96 });
    expect(decodeShapeOf(groupOf({ promptIds: new Int32Array(66) }), config, PLENTY).promptSlots).toBe(128);
    expect(decodeShapeOf(groupOf({ promptIds: new Int32Array(65) }), config, PLENTY).promptSlots).toBe(64);
  });

  test.each([
    [1, 128],
    [4, 32],
    [31, 32],
    [32, 20],
    [256, 20],
  ])('holds prompts for groups of %d samples: %d tiles for 128 rows', (count, tiles) => {
    expect(decodeShapeOf(groupOf({ count }), config, PLENTY).tiles).toBe(tiles);
  });

  test.each([
    [{ topP: 0.9 }, true],
    [{ topK: 5 }, true],
    [{ topK: 0 }, false],
    [{ topK: 512 }, false],
    [{ topP: 0.9, topK: 5, temperature: 0 }, false],
  ] as const)('of %o: cut is %s', (partial, cut) => {
    expect(decodeShapeOf(groupOf(partial), config, PLENTY).cut).toBe(cut);
  });

  test('takes fewer rows where memory is short: as many as fit', () => {
    const bytes = (rows: number): number => {
      const shape = decodeShapeOf(groupOf(), config, { ...PLENTY, rows });
      return weightBytes(config) + cacheBytes(config, shape) + workingBytes(config, shape);
    };
    expect(decodeShapeOf(groupOf(), config, { ...PLENTY, rows: 100, memoryBytes: bytes(100) }).rows).toBe(100);
    expect(decodeShapeOf(groupOf(), config, { ...PLENTY, rows: 100, memoryBytes: bytes(100) - 1 }).rows).toBe(64);
    expect(decodeShapeOf(groupOf(), config, { ...PLENTY, memoryBytes: bytes(4) }).rows).toBe(4);
    expect(decodeShapeOf(groupOf(), config, { ...PLENTY, memoryBytes: bytes(1) }).rows).toBe(1);
  });

  test('refuses a group of which not one sample fits, with all the numbers', () => {
    expect(() => decodeShapeOf(groupOf(), config, { ...PLENTY, memoryBytes: 2 ** 20 })).toThrow(
      'one sample of 64 + 64 tokens (0.63 MiB of weights, 0.13 MiB of keys and values, 1.19 MiB of intermediate results) ' +
        'needs 1.94 MiB, got a memory setting of 1.00 MiB',
    );
  });

  describe('of 2.8 billion parameters', () => {
    const large = {
      ...config, numLayers: 32, embedDim: 2560, numHeads: 32, headDim: 80, innerDim: 10240, vocabSize: 51200,
    }; // prettier-ignore

    test('draws fewer tokens a call', () => {
      expect(decodeShapeOf(groupOf(), large, PLENTY).chunkSteps).toBe(1);
      expect(decodeShapeOf(groupOf(), large, { ...PLENTY, device: 'gpu' }).chunkSteps).toBe(4);
    });

    test.each([
      ['cpu', 128, 1],
      ['cpu', 16, 8],
      ['cpu', 1, 8],
      ['gpu', 128, 32],
    ] as const)('on a %s with %d rows, computes %d blocks of a token a call', (device, rows, layersPerCall) => {
      expect(decodeShapeOf(groupOf(), large, { ...PLENTY, device, rows }).layersPerCall).toBe(layersPerCall);
    });

    test('computes as many blocks of a prompt a call as its length allows', () => {
      const of = (promptTokens: number): number =>
        decodeShapeOf(groupOf({ promptIds: new Int32Array(promptTokens) }), large, PLENTY).promptLayersPerCall;
      expect([16, 60, 200, 2000].map(of)).toEqual([4, 2, 1, 1]);
    });
  });
});
