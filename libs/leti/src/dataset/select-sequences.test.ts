import { describe, expect, test } from 'vitest';
import type { DatasetSettings } from '../settings/training-settings.ts';
import { selectSequences, type SelectableSequence } from './select-sequences.ts';

const off: DatasetSettings = { deduplicate: 'none', balance: 'none', replayWindow: 0 };
const good = (problemId: string, ...tokenIds: number[]): SelectableSequence => ({
  problemId,
  reward: '<|good|>',
  tokenIds,
});
const bad = (problemId: string, ...tokenIds: number[]): SelectableSequence => ({
  problemId,
  reward: '<|bad|>',
  tokenIds,
});
/** Problem a: 2 good, 4 bad; problem b: 3 bad. */
const LINES = [
  good('a', 1, 2),
  bad('a', 3),
  bad('b', 3),
  bad('a', 3),
  bad('b', 4),
  good('a', 1, 2),
  bad('a', 5),
  bad('a', 12),
  bad('b', 3),
];
const idsOf = (selected: readonly { line: SelectableSequence }[]) =>
  selected.map(({ line }) => `${line.problemId}${line.reward[2]}${line.tokenIds.join('.')}`);
const select = (settings: Partial<DatasetSettings>, older: SelectableSequence[][] = [], seed = 1n) =>
  selectSequences(LINES, older, { ...off, ...settings }, seed);

describe('selectSequences', () => {
  test('takes every line once, in order, unless told otherwise', () => {
    expect(select({}, [[good('a', 9)]])).toEqual(LINES.map((line) => ({ line, weight: 1 })));
  });
  test("keeps the first of a problem's equal sequences", () => {
    expect(idsOf(select({ deduplicate: 'tokens' }))).toEqual(['ag1.2', 'ab3', 'bb3', 'bb4', 'ab5', 'ab12']);
  });
  test('gives both sides of a problem the same sum of weights, with a mean of 1', () => {
    const selected = select({ balance: 'weights' });
    expect(idsOf(selected)).toEqual(idsOf(select({})));
    const weights = Object.groupBy(selected, ({ line }) => line.problemId + line.reward);
    expect(Object.fromEntries(Object.entries(weights).map(([side, all]) => [side, all!.map((s) => s.weight)]))).toEqual(
      { 'a<|good|>': [1.5, 1.5], 'a<|bad|>': [0.75, 0.75, 0.75, 0.75], 'b<|bad|>': [1, 1, 1] },
    );
  });
  test('draws as many of the larger side as the smaller has, the same for the same seed', () => {
    const drawn = select({ balance: 'subsample' });
    const of = (side: string) => idsOf(drawn).filter((id) => id.startsWith(side));
    expect(of('ag')).toEqual(['ag1.2', 'ag1.2']);
    expect(of('ab')).toHaveLength(2);
    expect(of('bb')).toHaveLength(3); // nothing to balance
    expect(drawn.every(({ weight }) => weight === 1)).toBe(true);
    expect(idsOf(drawn)).toEqual(idsOf(select({})).filter((_, i) => drawn.some(({ line }) => line === LINES[i])));
    expect(select({ balance: 'subsample' })).toEqual(drawn);
    const others = [2n, 3n, 4n, 5n].map((seed) => idsOf(select({ balance: 'subsample' }, [], seed)).join(' '));
    expect(new Set([...others, idsOf(drawn).join(' ')]).size).toBeGreaterThan(1);
  });
  test('takes the latest of the earlier iterations, and drops what they repeat', () => {
    const older = [[good('a', 7), bad('a', 3)], [good('b', 3)], [good('a', 9)]];
    expect(idsOf(select({ replayWindow: 2 }, older)).slice(LINES.length)).toEqual(['ag7', 'ab3', 'bg3']);
    expect(idsOf(select({ replayWindow: 2, deduplicate: 'tokens' }, older)).slice(6)).toEqual(['ag7']);
  });
});
