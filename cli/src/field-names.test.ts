import { expect, test } from 'vitest';
import { flagsOf, trainingKeyOf } from './field-names.ts';

test.each([
  ['settings.samples_per_problem', 'samplesPerProblem'],
  ['settings.sampling.max_new_tokens', 'sampling.maxNewTokens'],
  ['settings.problems.task.data_folder', 'problems.dataFolder'],
  ['settings.problems.task.task', 'problems.task'],
  ['settings.problems.inline.problems[2].tests', 'problems.inline[2].tests'],
  ['settings.limits.cpu_time', 'limits.cpuTimeMs'],
  ['settings.pretraining_mix.corpus', 'pretrainingMix.corpus'],
  ['settings.feedback.max_feedback_tokens', 'feedback.maxTokens'],
])('the field %s is the key %s', (field, key) => {
  expect(trainingKeyOf(field)).toBe(key);
});

test('a flag stands for its field and what is in it; other fields keep their name', () => {
  const nameOf = flagsOf({
    sampling: '--sampling',
    'sampling.temperature': '--temperature',
    'sampling.stop': '--stop',
  });
  expect(nameOf('sampling.temperature')).toBe('--temperature');
  expect(nameOf('sampling.stop[1]')).toBe('--stop');
  expect(nameOf('problems[0].prompt')).toBe('problems[0].prompt');
});
