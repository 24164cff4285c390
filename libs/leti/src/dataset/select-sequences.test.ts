import { describe, expect, test } from 'vitest';
import type { DatasetSettings } from '../settings/training-settings.ts';
import { selectSequences, type SelectableSequence } from './select-sequences.ts';

const off: DatasetSettings = { deduplicate: 'none', balance: 'none', replayWindow: 0 };
const good = (...tokenIds: number[]): SelectableSequence => ({ reward: '<|good|>', tokenIds });
const bad = (...tokenIds: number[]): SelectableSequence => ({ reward: '<|bad|>', tokenIds });
const LINES = [good(1, 2), bad(3), bad(3), bad(4), good(1, 2), bad(5), bad(1, 2), bad(6)];
const idsOf = (selected: readonly { line: SelectableSequence }[]) =>
  selected.map(({ line }) => `${line.reward[2]}${line.tokenIds.join('.')}`);
const select = (settings: Partial<DatasetSettings>, older: SelectableSequence[][] = [], seed = 1n) =>
  selectSequences(LINES, older, { ...off, ...settings }, seed);

describe('selectSequences', () => {
  test('takes every line once, in order, unless told otherwise', () => {
    expect(select({}, [[good(9)]])).toEqual(LINES.map((line) => ({ line, weight: 1 })));
  });
  test('keeps the first of equal token ids', () => {
    expect(idsOf(select({ deduplicate: 'tokens' }))).toEqual(['g1.2', 'b3', 'b4', 'b5', 'b6']);
  });
  test('gives both sides the same sum of weights, with a mean of 1', () => {
    const selected = select({ balance: 'weights' });
    const sum = (reward: string) =>
      selected.filter(({ line }) => line.reward === reward).reduce((total, { weight }) => total + weight, 0);
    expect(sum('<|good|>')).toBeCloseTo(4, 12);
    expect(sum('<|bad|>')).toBeCloseTo(4, 12);
  });
  test('draws as many of the larger side as the smaller has, the same for the same seed', () => {
    const drawn = idsOf(select({ balance: 'subsample' }));
    expect(drawn.filter((id) => id.startsWith('g'))).toEqual(['g1.2', 'g1.2']);
    expect(drawn.filter((id) => id.startsWith('b'))).toHaveLength(2);
    expect(idsOf(select({ balance: 'subsample' }))).toEqual(drawn);
    const others = [2n, 3n, 4n, 5n].map((seed) => idsOf(select({ balance: 'subsample' }, [], seed)).join(' '));
    expect(new Set([...others, drawn.join(' ')]).size).toBeGreaterThan(1);
  });
  test.each(['weights', 'subsample'] as const)('has nothing to balance by %s where all failed', (balance) => {
    const lines = [bad(1), bad(2)];
    expect(selectSequences(lines, [], { ...off, balance }, 1n)).toEqual(lines.map((line) => ({ line, weight: 1 })));
  });
  test('takes the latest of the earlier iterations, and drops what they repeat', () => {
    const older = [[good(7), bad(3)], [good(8)], [good(9)]];
    expect(idsOf(select({ replayWindow: 2 }, older)).slice(LINES.length)).toEqual(['g7', 'b3', 'g8']);
    expect(idsOf(select({ replayWindow: 2, deduplicate: 'tokens' }, older)).slice(5)).toEqual(['g7', 'g8']);
  });
});
