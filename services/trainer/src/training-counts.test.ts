import { parseTrainingSettings, type TrainingSettingsInput } from '@leti/leti';
import { describe, expect, test } from 'vitest';
import { mostTokensOfSequence, trainingCounts } from './training-counts.ts';

const settings = (input: Partial<TrainingSettingsInput> = {}) =>
  parseTrainingSettings({
    problems: { task: 'micro' },
    iterations: 3,
    samplesPerProblem: 4,
    sampling: { maxNewTokens: 48 },
    ...input,
    fineTuning: { epochs: 2, batchSize: 8, maxSequenceTokens: 256, ...input.fineTuning },
  });
const mix = { ratio: 0.5, corpus: 'micro-corpus', batchSize: 8 };
const counts = (input: Partial<TrainingSettingsInput> = {}, replayed = 0) =>
  trainingCounts(settings(input), { problems: 10, validationProblems: 5 }, replayed);

describe('trainingCounts', () => {
  test('counts samples, sequences and steps of both kinds', () => {
    expect(counts({ pretrainingMix: mix })).toEqual({
      samples: 3 * 40,
      validationSamples: 0,
      sequencesMost: 40,
      fcftSteps: 3 * 2 * 5,
      pretrainingSteps: 15,
    });
  });
  test.each<[string, Partial<TrainingSettingsInput>, number, object]>([
    ['replayed iterations draw nothing', {}, 2, { samples: 40, fcftSteps: 30 }],
    [
      'a window of one iteration doubles all iterations but the first',
      { dataset: { replayWindow: 1 } },
      0,
      { sequencesMost: 80, fcftSteps: 2 * (5 + 10 + 10) },
    ],
    [
      'supervised training has a sequence for each problem and draws nothing',
      { objective: 'supervised' },
      0,
      { samples: 0, sequencesMost: 10, fcftSteps: 3 * 2 * 2 },
    ],
    [
      'pre-training alone has as many steps as the mix would have',
      { objective: 'pretraining', pretrainingMix: mix },
      0,
      { samples: 0, sequencesMost: 0, fcftSteps: 0, pretrainingSteps: 15 },
    ],
    [
      'the base, every second checkpoint and the last are scored under each condition',
      { validation: { split: 'test', samplesPerProblem: 2, conditions: ['good', 'bad'], every: 2 } },
      0,
      { validationSamples: 5 * 2 * 2 * 3 },
    ],
  ])('%s', (_, input, replayed, expected) => {
    expect(counts(input, replayed)).toMatchObject(expected);
  });
});

test.each<[string, Partial<TrainingSettingsInput>, number]>([
  ['text of any length: up to the cut', {}, 256],
  ['the reward token alone', { fineTuning: { binaryOnly: true } }, 2 + 30 + 48],
  ['bounded text', { feedback: { style: 'canonical_v1', maxTokens: 100 } }, 2 + 102 + 30 + 48],
  ['blocks of the mix, where they are longer', { pretrainingMix: { ...mix, form: 'blocks', blockTokens: 512 } }, 512],
])('a sequence with %s', (_, input, most) => {
  expect(mostTokensOfSequence(settings(input), 30, 1024)).toBe(most);
});
