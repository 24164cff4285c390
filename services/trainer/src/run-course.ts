import {
  learnsFromSamples,
  type LoopPlan,
  type PinnedCheckpoint,
  type Problem,
  scheduledSeed,
  type TrainingSettings,
} from '@leti/leti';

/** The loop's course as a run's settings have it. */
export function loopPlanOf(
  settings: TrainingSettings,
  problems: readonly Problem[],
  baseCheckpoint: PinnedCheckpoint,
): LoopPlan {
  const { iterations, samplesPerProblem, firstCondition, condition, validation } = settings;
  const { conditions, every, patience } = validation;
  return {
    problems,
    iterations,
    samplesPerProblem,
    samples: learnsFromSamples(settings),
    conditions: { first: firstCondition, later: condition },
    seedOf: (iteration) => scheduledSeed(settings, iteration),
    baseCheckpoint,
    maxHeldOutRise: settings.pretrainingMix.maxHeldOutRise,
    ...(validation.split !== '' && { validation: { conditions, every, patience } }),
  };
}
