import {
  iterationSeed,
  learnsFromSamples,
  type LoopPlan,
  type PinnedCheckpoint,
  type Problem,
  type TrainingSettings,
} from '@leti/leti';

/** The loop's course as a run's settings have it. */
export function loopPlanOf(
  settings: TrainingSettings,
  problems: readonly Problem[],
  baseCheckpoint: PinnedCheckpoint,
): LoopPlan {
  const { iterations, samplesPerProblem, firstCondition, condition, seed, seedSchedule, validation } = settings;
  const { conditions, every, patience } = validation;
  return {
    problems,
    iterations,
    samplesPerProblem,
    samples: learnsFromSamples(settings),
    conditions: { first: firstCondition, later: condition },
    // One noise for all iterations is that of the first.
    seedOf: (iteration) => iterationSeed(seed, seedSchedule === 'constant' ? 1 : iteration),
    baseCheckpoint,
    maxHeldOutRise: settings.pretrainingMix.maxHeldOutRise,
    ...(validation.split !== '' && { validation: { conditions, every, patience } }),
  };
}
