import { expect, test } from 'vitest';
import { runIdFrom, runName } from './run-name.ts';

test('a name gives back its id', () => {
  expect(runIdFrom('trainingRuns', runName('trainingRuns', 'x-1'), 'name')).toBe('x-1');
});

test.each(['', 'x', 'trainingRuns/', 'benchmarkRuns/x'])('%j is no training run', (name) => {
  expect(() => runIdFrom('trainingRuns', name, 'base')).toThrow(
    expect.objectContaining({
      violations: [{ field: 'base', description: `must be trainingRuns/{id}, got ${JSON.stringify(name)}` }],
    }),
  );
});
