import {
  InvalidSettingsError,
  parseTrainingSettings,
  type ProblemSource,
  type SettingsProblem,
  type TrainingSettings,
} from '@leti/leti';
import type { ProblemSource as ProtoProblemSource, TrainingSettings as ProtoTrainingSettings } from '@leti/proto';
import { checkpointFromProto, checkpointToProto } from './checkpoint.ts';
import { feedbackOptionsFromProto, feedbackOptionsToProto } from './feedback-options.ts';
import type { FieldPath } from './field-path.ts';
import { limitsFromProto, limitsToProto } from './limits.ts';
import { problemsFromProto, problemToProto } from './problem.ts';
import { samplingParametersFromProto, samplingParametersToProto } from './sampling-parameters.ts';
import { taskSelectionFromProto, taskSelectionToProto } from './task-selection.ts';

/** More than any published task has; a request of this many is already far above gRPC's default message size. */
const MAX_INLINE_PROBLEMS = 65_536;

/**
 * Reads training settings, which must be set. A message field that is unset takes its defaults; numbers stand for
 * themselves, so `samples_per_problem: 0` is reported and not replaced. Reports everything that is wrong.
 */
export function trainingSettingsFromProto(
  settings: ProtoTrainingSettings | undefined,
  at: FieldPath,
): TrainingSettings {
  if (!at.present(settings)) return DEFAULTS;
  const { baseCheckpoint, sampling, limits, feedback, fineTuning, pretrainingMix } = settings;
  const numbers = parsedOrReported(
    {
      problems: STAND_IN,
      iterations: settings.iterations,
      samplesPerProblem: settings.samplesPerProblem,
      seed: settings.seed,
      ...(fineTuning !== undefined && { fineTuning }),
      ...(pretrainingMix !== undefined && { pretrainingMix }),
    },
    at,
  );
  return {
    ...numbers,
    problems: problemSourceFromProto(settings.problems, at.field('problems')),
    baseCheckpoint:
      baseCheckpoint === undefined
        ? numbers.baseCheckpoint
        : checkpointFromProto(baseCheckpoint, at.field('base_checkpoint')),
    sampling: sampling === undefined ? numbers.sampling : samplingParametersFromProto(sampling, at.field('sampling')),
    limits: limitsFromProto(limits, at.field('limits')),
    feedback: (feedback && feedbackOptionsFromProto(feedback, at.field('feedback'))) ?? {},
  };
}

export function trainingSettingsToProto(settings: TrainingSettings): ProtoTrainingSettings {
  return {
    problems: problemSourceToProto(settings.problems),
    baseCheckpoint: checkpointToProto(settings.baseCheckpoint),
    iterations: settings.iterations,
    samplesPerProblem: settings.samplesPerProblem,
    sampling: samplingParametersToProto(settings.sampling),
    fineTuning: { ...settings.fineTuning },
    pretrainingMix: { ...settings.pretrainingMix },
    limits: limitsToProto(settings.limits),
    feedback: feedbackOptionsToProto(settings.feedback),
    seed: settings.seed,
  };
}

function problemSourceFromProto(problems: ProtoProblemSource | undefined, at: FieldPath): ProblemSource {
  if (!at.present(problems)) return STAND_IN;
  const { source } = problems;
  switch (source?.$case) {
    case 'task':
      return taskSelectionFromProto(source.value, at.field('task'));
    case 'inline': {
      const place = at.field('inline').field('problems');
      const inline = problemsFromProto(source.value.problems, place, MAX_INLINE_PROBLEMS);
      // A problem without tests can be sampled for, but there is nothing to learn from it.
      inline.forEach(({ tests }, i) =>
        place
          .index(i)
          .field('tests')
          .expect(tests.length > 0, 'must hold at least one test', 'none'),
      );
      return { inline };
    }
    case undefined:
      at.reject('must hold a task or inline problems', 'neither');
      return STAND_IN;
  }
}

function problemSourceToProto(problems: ProblemSource): ProtoProblemSource {
  return {
    source:
      'inline' in problems
        ? { $case: 'inline', value: { problems: problems.inline.map(problemToProto) } }
        : { $case: 'task', value: taskSelectionToProto(problems) },
  };
}

function parsedOrReported(input: unknown, at: FieldPath): TrainingSettings {
  try {
    return parseTrainingSettings(input);
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    for (const problem of error.problems) placeOf(problem, at).reject(problem.expectation, problem.value);
    return DEFAULTS;
  }
}

/** `['fineTuning', 'batchSize']` is `fine_tuning.batch_size`. */
function placeOf({ path }: SettingsProblem, at: FieldPath): FieldPath {
  const snakeCase = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return path.reduce<FieldPath>(
    (place, key) => (typeof key === 'number' ? place.index(key) : place.field(snakeCase(key))),
    at,
  );
}

// Stand in for what is not there until the violation is thrown.
const STAND_IN: ProblemSource = { task: '-', split: '-', dataFolder: undefined, limit: undefined };
const DEFAULTS = parseTrainingSettings({ problems: STAND_IN });
