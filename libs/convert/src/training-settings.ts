import {
  InvalidSettingsError,
  parseTrainingSettings,
  type SettingsProblem,
  type TrainingSettings,
  type TrainingSettingsInput,
} from '@leti/leti';
import type {
  FeedbackSettings as ProtoFeedbackSettings,
  SamplingParameters as ProtoSamplingParameters,
  TrainingSettings as ProtoTrainingSettings,
} from '@leti/proto';
import { checkpointFromProto, checkpointToProto } from './checkpoint.ts';
import { conditions, conditionToProto } from './condition.ts';
import { feedbackOptionsFromProto, feedbackOptionsToProto } from './feedback-options.ts';
import type { FieldPath } from './field-path.ts';
import {
  datasetFromProto,
  datasetToProto,
  distillationFromProto,
  distillationToProto,
  fineTuningFromProto,
  fineTuningToProto,
  pretrainingMixFromProto,
  pretrainingMixToProto,
} from './learning-settings.ts';
import { limitsFromProto, limitsToProto } from './limits.ts';
import { problemSourceFromProto, problemSourceToProto } from './problem-source.ts';
import { samplingParametersFromProto, samplingParametersToProto } from './sampling-parameters.ts';
import { feedbackChannels, modes, objectives, seedSchedules, wordOrDefault } from './setting-enums.ts';
import { validationFromProto, validationToProto } from './validation-settings.ts';

/**
 * Reads training settings, which must be set. A message, enum or optional field that is unset takes its default, which
 * may depend on the mode; other numbers stand for themselves, so `samples_per_problem: 0` is reported and not replaced.
 * Reports everything that is wrong.
 */
export function trainingSettingsFromProto(
  settings: ProtoTrainingSettings | undefined,
  at: FieldPath,
): TrainingSettings {
  if (!at.present(settings)) return DEFAULTS;
  const { baseCheckpoint, sampling, limits, feedback, fineTuning, pretrainingMix, dataset } = settings;
  const { validation, checkpoints, replay, distillation } = settings;
  // Parts with readers of their own: what they reported is not reported again, as something stands in for it.
  const problems = at.unlessReported(() => problemSourceFromProto(settings.problems, at.field('problems')));
  const input: TrainingSettingsInput = {
    mode: wordOrDefault(modes, settings.mode, at.field('mode')),
    objective: wordOrDefault(objectives, settings.objective, at.field('objective')),
    problems: problems ?? STAND_IN,
    baseCheckpoint:
      baseCheckpoint && at.unlessReported(() => checkpointFromProto(baseCheckpoint, at.field('base_checkpoint'))),
    iterations: settings.iterations,
    samplesPerProblem: settings.samplesPerProblem,
    sampling: sampling && at.unlessReported(() => samplingFromProto(sampling, at.field('sampling'))),
    totalTokens: settings.totalTokens,
    seedSchedule: wordOrDefault(seedSchedules, settings.seedSchedule, at.field('seed_schedule')),
    firstCondition: wordOrDefault(conditions, settings.firstCondition, at.field('first_condition')),
    condition: wordOrDefault(conditions, settings.condition, at.field('condition')),
    limits: at.unlessReported(() => limitsFromProto(limits, at.field('limits'))),
    feedback: feedback && at.unlessReported(() => feedbackFromProto(feedback, at.field('feedback'))),
    dataset: dataset && datasetFromProto(dataset, at.field('dataset')),
    fineTuning: fineTuning && fineTuningFromProto(fineTuning, at.field('fine_tuning')),
    pretrainingMix: pretrainingMix && pretrainingMixFromProto(pretrainingMix, at.field('pretraining_mix')),
    distillation: distillation && distillationFromProto(distillation, at.field('distillation')),
    validation: validation && validationFromProto(validation, at.field('validation')),
    checkpoints,
    replay,
    seed: settings.seed,
  };
  return parsedOrReported(input, at);
}

export function trainingSettingsToProto(settings: TrainingSettings): ProtoTrainingSettings {
  return {
    mode: modes.toProto(settings.mode),
    objective: objectives.toProto(settings.objective),
    problems: problemSourceToProto(settings.problems),
    baseCheckpoint: checkpointToProto(settings.baseCheckpoint),
    iterations: settings.iterations,
    samplesPerProblem: settings.samplesPerProblem,
    sampling: samplingParametersToProto(settings.sampling),
    totalTokens: settings.totalTokens,
    seedSchedule: seedSchedules.toProto(settings.seedSchedule),
    firstCondition: conditionToProto(settings.firstCondition),
    condition: conditionToProto(settings.condition),
    limits: limitsToProto(settings.limits),
    feedback: {
      ...feedbackOptionsToProto(settings.feedback),
      channels: (settings.feedback.channels ?? []).map((channel) => feedbackChannels.toProto(channel)),
    },
    dataset: datasetToProto(settings.dataset),
    fineTuning: fineTuningToProto(settings.fineTuning),
    pretrainingMix: pretrainingMixToProto(settings.pretrainingMix),
    distillation: distillationToProto(settings.distillation),
    validation: validationToProto(settings.validation),
    checkpoints: { ...settings.checkpoints },
    replay: { ...settings.replay },
    seed: settings.seed,
  };
}

function samplingFromProto(sampling: ProtoSamplingParameters, at: FieldPath): TrainingSettingsInput['sampling'] {
  const parameters = samplingParametersFromProto(sampling, at);
  return { ...parameters, stop: [...parameters.stop] };
}

function feedbackFromProto(feedback: ProtoFeedbackSettings, at: FieldPath): TrainingSettingsInput['feedback'] {
  const channels = feedback.channels.map((channel, i) =>
    feedbackChannels.fromProto(channel, at.field('channels').index(i)),
  );
  return { ...feedbackOptionsFromProto(feedback, at), ...(channels.length > 0 && { channels }) };
}

function parsedOrReported(input: TrainingSettingsInput, at: FieldPath): TrainingSettings {
  try {
    return parseTrainingSettings(input);
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    for (const problem of error.problems) placeOf(problem, at).reject(problem.expectation, problem.value);
    return soundPart(input, error);
  }
}

/** The sections in which nothing is wrong, for whoever looks further into them; the others are at their defaults. */
function soundPart(input: TrainingSettingsInput, { problems }: InvalidSettingsError): TrainingSettings {
  const unsound = new Set(problems.map(({ path }) => path[0]));
  const sound = Object.fromEntries(Object.entries(input).filter(([key]) => !unsound.has(key)));
  try {
    return parseTrainingSettings({ problems: STAND_IN, ...sound });
  } catch (error) {
    if (error instanceof InvalidSettingsError) return DEFAULTS;
    throw error;
  }
}

/** `['fineTuning', 'batchSize']` is `fine_tuning.batch_size`. */
function placeOf({ path }: SettingsProblem, at: FieldPath): FieldPath {
  const snakeCase = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const [section, part, ...rest] = path;
  const fields = section === 'problems' && part === 'inline' ? [section, part, 'problems', ...rest] : path;
  return fields.reduce<FieldPath>(
    (place, key) => (typeof key === 'number' ? place.index(key) : place.field(snakeCase(key))),
    at,
  );
}

// Stand in for what is not there until the violation is thrown.
const STAND_IN = { task: '-' };
const DEFAULTS = parseTrainingSettings({ problems: STAND_IN });
