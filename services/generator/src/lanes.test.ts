import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lanesFor, shares } from './lanes.ts';
import { TINY_CHECKPOINT } from './testing/generator-fixture.ts';

test('a small model is drawn from as many lanes as there are, a large one from one process', async () => {
  expect(await lanesFor(TINY_CHECKPOINT, 3)).toBe(3);
  expect(await lanesFor(TINY_CHECKPOINT, 1)).toBe(1);
  const folder = await mkdtemp(join(tmpdir(), 'leti-lanes-'));
  try {
    const config = { model_type: 'codegen', n_layer: 12, n_embd: 768, n_head: 12, rotary_dim: 32, vocab_size: 51_200 };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, n_positions: 2048, eos_token_id: 0 }));
    expect(await lanesFor(folder, 3)).toBe(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a folder without a readable config tells nothing', async () => {
  expect(await lanesFor('/nowhere', 2)).toBeUndefined();
});

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test.each([
  { count: 128, busy: [0, 0], lengths: { 0: 64, 1: 64 } },
  { count: 20, busy: [0, 0, 0, 0], lengths: { 0: 10, 1: 10 } },
  { count: 15, busy: [9, 3], lengths: { 1: 15 } },
  { count: 1, busy: [0, 0], lengths: { 0: 1 } },
  { count: 25, busy: [8, 0, 4], lengths: { 1: 8, 2: 8, 0: 9 } },
])('$count items for lanes with $busy under way', ({ count, busy, lengths }) => {
  const found = shares(upTo(count), busy);
  expect(Object.fromEntries(found.map(({ lane, items }) => [lane, items.length]))).toEqual(lengths);
  expect(found.flatMap(({ items }) => items)).toEqual(upTo(count));
});
