import { describe, expect, test } from 'vitest';
import { goldenModel } from '../../testing/golden.ts';
import { codegenParameters } from './parameters.ts';

const { config } = goldenModel();

describe('codegenParameters', () => {
  test('puts query row by row where four groups of q, v, k hold it', () => {
    // H = 8 in groups of two heads, head dim 4, rotary 4: group g holds rows 24 g … of [q q v v k k].
    const small = { ...config, embedDim: 32, numHeads: 8, headDim: 4, numLayers: 1 };
    const { fileRows } = codegenParameters(small).find(({ name }) => name.includes('qkv_proj'))!;
    const head = (part: number, index: number): number[] => [
      ...fileRows!.subarray(part * 32 + index * 4, part * 32 + index * 4 + 4),
    ];
    expect(head(0, 0)).toEqual([0, 2, 1, 3]); // pairs (0, 1), (2, 3) become halves
    expect(head(0, 3)).toEqual([28, 30, 29, 31]); // second head of the second group
    expect(head(1, 0)).toEqual([16, 18, 17, 19]); // keys come last in a group
    expect(head(2, 0)).toEqual([8, 9, 10, 11]); // values come second, and are not rotated
    expect(head(2, 7)).toEqual([84, 85, 86, 87]);
    expect([...fileRows!].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 96 }, (_, i) => i));
  });

  test('keeps pairs opposite each other when only some dims are rotated', () => {
    const partial = { ...config, embedDim: 32, numHeads: 4, headDim: 8, numLayers: 1 }; // head dim 8
    const { fileRows } = codegenParameters(partial).find(({ name }) => name.includes('qkv_proj'))!;
    expect([...fileRows!.subarray(0, 8)]).toEqual([0, 2, 4, 5, 1, 3, 6, 7]);
  });
});
