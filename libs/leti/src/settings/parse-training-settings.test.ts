import { describe, expect, test } from 'vitest';
import { InvalidSettingsError, parseTrainingSettings } from './parse-training-settings.ts';

const task = { problems: { task: 'micro' } };
const inline = (...ids: string[]) => ({
  inline: ids.map((problemId) => ({ problemId, prompt: '', tests: ['assert f()'] })),
});

/** The dotted paths of everything wrong with `input`. */
function problemsOf(input: unknown): string[] {
  try {
    parseTrainingSettings(input);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    return error.problems.map(({ path }) => path.join('.'));
  }
}

describe('parseTrainingSettings', () => {
  test('fills in every default', () => {
    expect(parseTrainingSettings(task)).toMatchObject({
      problems: { task: 'micro', split: 'train', dataFolder: undefined, limit: undefined },
      baseCheckpoint: { path: 'micro-base', digest: undefined },
      limits: {},
      feedback: {},
      samplesPerProblem: 16,
      sampling: { temperature: 1, topP: 1, stop: [] },
      fineTuning: { epochs: 3, warmupSteps: 0 },
      pretrainingMix: { ratio: 0 },
      seed: 0n,
    });
  });
  test('gives back what it already resolved', () => {
    for (const problems of [task.problems, inline('a')]) {
      const settings = parseTrainingSettings({ problems, seed: '18446744073709551615' });
      expect(parseTrainingSettings(settings)).toEqual(settings);
      expect(settings.seed).toBe((1n << 64n) - 1n);
    }
  });
  test('reports all problems together', () => {
    const bad = { problems: {}, iterations: 0, samplesPerProblem: 1025, sampling: { temperature: -1 }, sede: 1 };
    expect(problemsOf(bad).toSorted()).toEqual(
      ['iterations', 'problems.task', 'samplesPerProblem', 'sampling.temperature', 'sede'].toSorted(),
    );
  });
  test.each([
    [{}, 'problems'],
    [{ problems: { task: 'micro', spilt: 'train' } }, 'problems.spilt'],
    [{ problems: { task: 'micro', ...inline('a') } }, 'problems.task'],
    [{ problems: inline() }, 'problems.inline'],
    [{ problems: inline('a b') }, 'problems.inline.0.problemId'],
    [{ problems: inline('a', 'b', 'a') }, 'problems.inline.2.problemId'],
    [{ ...task, iterations: 1.5 }, 'iterations'],
    [{ ...task, samplesPerProblem: 0 }, 'samplesPerProblem'],
    [{ ...task, sampling: { topP: 0 } }, 'sampling.topP'],
    [{ ...task, sampling: { maxNewTokens: 0 } }, 'sampling.maxNewTokens'],
    [{ ...task, sampling: { stop: [''] } }, 'sampling.stop.0'],
    [{ ...task, fineTuning: { epochs: 0 } }, 'fineTuning.epochs'],
    [{ ...task, feedback: { style: 'terse' } }, 'feedback.style'],
    [{ ...task, feedback: { maxTokens: 0 } }, 'feedback.maxTokens'],
    [{ ...task, fineTuning: { learningRate: Number.NaN } }, 'fineTuning.learningRate'],
    [{ ...task, pretrainingMix: { ratio: 1 } }, 'pretrainingMix.corpus'],
    [{ ...task, pretrainingMix: { ratio: -1 } }, 'pretrainingMix.ratio'],
    [{ ...task, baseCheckpoint: { digest: 'sha256:1' } }, 'baseCheckpoint.digest'],
    [{ ...task, seed: -1 }, 'seed'],
    [{ ...task, seed: '18446744073709551616' }, 'seed'],
    [{ problems: { task: 'micro', limit: 0 } }, 'problems.limit'],
    [{ ...task, limits: { memoryBytes: 0 } }, 'limits.memoryBytes'],
    [{ ...task, limits: { cpuTimeMs: 0.5 } }, 'limits.cpuTimeMs'],
    [{ ...task, limits: { wallTimeMs: 0 } }, 'limits.wallTimeMs'],
    [{ ...task, mode: 'exact' }, 'mode'],
    [{ ...task, fineTuning: { order: 'random' } }, 'fineTuning.order'],
    [{ ...task, feedback: { channels: ['input'] } }, 'feedback.channels'],
    [{ ...task, replay: { run: 'a/b' } }, 'replay.run'],
  ])('%j fails at %s', (input, path) => {
    expect(problemsOf(input)).toEqual([path]);
  });
  test.each([
    [{ iterations: 0 }, 'iterations: must be >= 1'],
    [{ iterations: 'six' }, 'iterations: must be a number'],
    [{ samplesPerProblem: 1025 }, 'samplesPerProblem: must be <= 1024'],
    [{ sampling: { topP: 0 } }, 'sampling.topP: must be > 0'],
    [{ sampling: { stop: Array(17).fill('x') } }, 'sampling.stop: must hold at most 16'],
    [{ seed: 'x' }, 'seed: must be an integer in [0, 2^64 - 1]'],
    [{ sede: 1 }, 'sede: is not a setting'],
  ])('says of %j: %s', (input, message) => {
    expect(() => parseTrainingSettings({ ...task, ...input })).toThrow(message);
  });
  test('says what stands at the place', () => {
    expect(() => parseTrainingSettings({ ...task, iterations: 0 })).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ path: ['iterations'], value: 0 })] }),
    );
  });
});
