import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FAMILIES } from './families/families.ts';
import { MICRO_SPLIT_SIZES, microProblems } from './micro-problem.ts';
import { MICRO_SPLITS, variantsOf } from './variants.ts';

describe('microProblems', () => {
  test('poses a problem as MBPP does: description and first test in a docstring, no newline behind it', () => {
    const [first] = microProblems('test');
    expect(first!.prompt).toMatch(
      /^"""\n(Write|Create|Define|Implement) a (python )?function to [^\n]+\.\nassert [^\n]+\n"""$/,
    );
    expect(first!.prompt.split('\n')[2]).toBe(first!.tests[0]);
    expect(first!.tests).toHaveLength(3);
    expect(first!.problemId).toMatch(/^micro\/test\/000-[a-z-]+$/);
  });

  test.each(MICRO_SPLITS)('gives the %s split its size, every family in turn, with distinct problems', (split) => {
    const problems = microProblems(split);
    expect(problems).toHaveLength(MICRO_SPLIT_SIZES[split]);
    expect(new Set(problems.map(({ problemId }) => problemId)).size).toBe(problems.length);
    expect(new Set(problems.map(({ prompt }) => prompt)).size).toBe(problems.length);
    expect(
      new Set(problems.slice(0, FAMILIES.length).map(({ problemId }) => problemId.split('-').slice(1).join('-'))).size,
    ).toBe(FAMILIES.length);
  });

  test('never poses one description in two splits', () => {
    const described = MICRO_SPLITS.map(
      (split) => new Set(microProblems(split).map(({ prompt }) => prompt.split('\n')[1])),
    );
    for (const [index, mine] of described.entries())
      for (const other of described.slice(index + 1)) expect([...mine].filter((text) => other.has(text))).toEqual([]);
  });

  test('is the same on every machine', () => {
    const digest = createHash('sha256')
      .update(JSON.stringify(MICRO_SPLITS.map(microProblems)))
      .digest('hex');
    expect(digest).toMatchInlineSnapshot(`"00a77c96e3eaaf231303613db8ab0fced87f0a7cbd2cbe47b3f6da68a2dce690"`);
  });
});

describe('variantsOf', () => {
  test('keeps the splits of every family disjoint', () => {
    const overlapping = FAMILIES.filter((family) => {
      const keys = MICRO_SPLITS.flatMap((split) =>
        variantsOf(family, split).map(({ parameters, opener, phrase }) => JSON.stringify([parameters, opener, phrase])),
      );
      return new Set(keys).size !== keys.length;
    });
    expect(overlapping.map(({ name }) => name)).toEqual([]);
  });
});
