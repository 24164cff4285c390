import { afterAll, describe, expect, test } from 'vitest';
import { GOLDEN_MODELS, goldenJson, goldenModel, type Golden } from '../testing/golden.ts';
import '../testing/matchers.ts';
import { parametersOf } from '../families/model-families.ts';
import type { NamedArrays } from '../named-array.ts';
import { ScoreGraph } from './score-graph.ts';

describe.each(GOLDEN_MODELS)('%s', (name) => {
  const { config, weights } = goldenModel(name);
  const graph = new ScoreGraph(config, weights);
  const { scored, greedy } = goldenJson<Golden>(`${name}.json`);
  const ids = Int32Array.from(scored.ids);
  afterAll(() => graph.dispose());

  test('scores a text as transformers does', () => {
    expect(graph.score([ids])[0]!).toEqualNumbers(scored.logprobs, { rtol: 1e-4, atol: 1e-4 });
  });

  test('gives a text the same bits in any company', () => {
    const others = greedy.map(({ prompt, continuation }) => Int32Array.from([...prompt, ...continuation]));
    const alone = graph.score([ids])[0]!;
    expect(graph.score([...others, ids]).at(-1)).toEqual(alone);
    expect(graph.score([ids, ...others])[0]).toEqual(alone);
  });
});

test.each([
  ['as many sequences as one run takes', Infinity, 3],
  ['one sequence', 1, 70],
])('pauses after %s', (_name, operationsPerCall, pauses) => {
  const { config, weights } = goldenModel();
  const graph = new ScoreGraph(config, weights, operationsPerCall);
  const turns = graph.scoreInTurns(Array.from({ length: 70 }, () => new Int32Array(64).fill(9)));
  let count = 0;
  while (turns.next().done !== true) count++;
  expect(count).toBe(pauses);
  graph.dispose();
});

test('weights that cannot be read leave nothing in memory', () => {
  const { config, weights } = goldenModel();
  const last = parametersOf(config).at(-1)!.files[0]!.name;
  const unreadable: NamedArrays = new Map([
    ...weights,
    [
      last,
      {
        shape: weights.get(last)!.shape,
        get data(): never {
          throw new Error('gone');
        },
      },
    ],
  ]);
  expect(() => {
    expect(() => new ScoreGraph(config, unreadable)).toThrow('gone');
  }).toAllocate(0);
});
