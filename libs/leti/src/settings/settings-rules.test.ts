import { describe, expect, test } from 'vitest';
import { InvalidSettingsError, parseTrainingSettings } from './parse-training-settings.ts';

const task = { problems: { task: 'micro' } };
const problem = { problemId: 'a', prompt: '', tests: ['assert f()'] };
const inline = { problems: { inline: [problem] } };

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

describe('settings that are each right but not together', () => {
  test.each([
    [{ ...task, sampling: { cleanUpSpaces: true } }, 'sampling.cleanUpSpaces'],
    [{ ...task, mode: 'faithful', fineTuning: { solutionTokens: 'sampled' } }, 'sampling.cleanUpSpaces'],
    [{ ...task, sampling: { stop: ['\n\n'] } }, 'sampling.stop'],
    [{ ...task, totalTokens: 128 }, 'totalTokens'],
    [{ ...task, fineTuning: { microBatchSize: 33 } }, 'fineTuning.microBatchSize'],
    [{ ...task, fineTuning: { batchSize: 4, microBatchSize: 5 } }, 'fineTuning.microBatchSize'],
    [{ ...task, objective: 'self_distillation', fineTuning: { binaryOnly: true } }, 'fineTuning.binaryOnly'],
    [{ ...task, objective: 'pretraining' }, 'pretrainingMix.ratio'],
    [{ ...inline, objective: 'supervised' }, 'problems.inline.0.referenceSolution'],
    [{ ...inline, validation: { split: 'test' } }, 'validation.split'],
    [{ ...task, validation: { select: 'best' } }, 'validation.select'],
    [{ ...task, validation: { patience: 2 } }, 'validation.patience'],
    [{ ...task, objective: 'supervised', replay: { run: 'x' } }, 'replay.run'],
    [{ ...task, replay: { iterations: 1 } }, 'replay.iterations'],
  ])('%j fail at %s', (input, path) => {
    expect(problemsOf(input)).toEqual([path]);
  });
  test.each([
    { ...task, sampling: { cleanUpSpaces: true, stop: ['x'] }, fineTuning: { solutionTokens: 'retokenized' } },
    { ...task, objective: 'supervised', sampling: { cleanUpSpaces: true } },
    { ...task, mode: 'faithful' },
    { ...inline, mode: 'faithful' },
    { ...task, fineTuning: { batchSize: 64, microBatchSize: 33 } },
    { ...task, objective: 'pretraining', pretrainingMix: { ratio: 1, corpus: 'micro-corpus' } },
    { problems: { inline: [{ ...problem, referenceSolution: '' }] }, objective: 'supervised' },
    { ...task, validation: { split: 'validation', select: 'best', patience: 2 } },
    { ...task, replay: { run: 'x', iterations: 1 } },
    { ...task, feedback: { style: 'canonical_v1', channels: ['exception'] } },
  ])('%j are right', (input) => {
    expect(problemsOf(input)).toEqual([]);
  });
  test('are reported beside what is wrong by itself, unless that is what they read', () => {
    const both = { ...task, iterations: 0, sampling: { cleanUpSpaces: true } };
    expect(problemsOf(both).toSorted()).toEqual(['iterations', 'sampling.cleanUpSpaces']);
    const same = { ...task, sampling: { cleanUpSpaces: true, topP: 0 } };
    expect(problemsOf(same)).toEqual(['sampling.topP']);
    expect(problemsOf({ mode: 'none', iterations: 0, totalTokens: 1 }).toSorted()).toEqual([
      'iterations',
      'mode',
      'problems',
    ]);
  });
});
