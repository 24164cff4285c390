import { parseTrainingSettings, type TrainingSettingsInput } from '@leti/leti';
import { RunNotFoundError } from '@leti/runs';
import { describe, expect, test } from 'vitest';
import { resolveRun } from './resolve-run.ts';

const problem = { problemId: 'a', prompt: 'x', tests: ['assert f()'], referenceSolution: 'def f(): return True' };
const resolved = (settings: TrainingSettingsInput) =>
  resolveRun(parseTrainingSettings({ sampling: { maxNewTokens: 8 }, ...settings }), {
    dataFolder: undefined,
    findRun: (id) => Promise.reject(new RunNotFoundError(id)),
  });

describe('a run', () => {
  test.each<TrainingSettingsInput['problems']>([{ task: 'micro', limit: 2 }, { inline: [problem] }])(
    'has reference solutions only if it is trained on them: %j',
    async (problems) => {
      const supervised = await resolved({ problems, objective: 'supervised' });
      expect(supervised.problems.every(({ referenceSolution }) => referenceSolution?.startsWith('def '))).toBe(true);
      const { problems: sampled } = await resolved({ problems });
      expect(sampled.some((one) => 'referenceSolution' in one)).toBe(false);
    },
  );
  test('has room for its total of tokens in the model', async () => {
    const micro = { problems: { task: 'micro', limit: 2 } };
    await expect(resolved({ ...micro, totalTokens: 1025 })).rejects.toMatchObject({
      violations: [
        { field: 'settings.total_tokens', description: "must be at most the model's 1024 positions, or 0, got 1025" },
      ],
    });
    await expect(resolved({ ...micro, totalTokens: 1024 })).resolves.toBeDefined();
  });
});
