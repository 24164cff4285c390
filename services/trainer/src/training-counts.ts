import { learnsFromSamples, stepCounts, type TrainingSettings } from '@leti/leti';

/** What a run's settings come to, counted; "most" where selection may leave samples out. */
export interface TrainingCounts {
  /** Programs that the whole run samples and judges for training, and for validation. */
  readonly samples: number;
  readonly validationSamples: number;
  /** Sequences of one iteration. */
  readonly sequencesMost: number;
  /** Optimizer steps of the whole run. */
  readonly fcftSteps: number;
  readonly pretrainingSteps: number;
}

/** How many problems there are, to train on and to validate on. */
export interface ProblemCounts {
  readonly problems: number;
  readonly validationProblems: number;
}

/** Counts what a run does. @param replayedIterations whose samples are another run's */
export function trainingCounts(
  settings: TrainingSettings,
  { problems, validationProblems }: ProblemCounts,
  replayedIterations: number,
): TrainingCounts {
  const { iterations, samplesPerProblem, dataset, fineTuning, pretrainingMix } = settings;
  const samples = learnsFromSamples(settings);
  const own = problems * (settings.objective === 'supervised' ? 1 : samplesPerProblem);
  const window = samples ? Math.min(dataset.replayWindow, iterations - 1) : 0;
  const steps = { fcft: 0, pretraining: 0 };
  for (let index = 0; index < iterations; index++) {
    const lengths = { length: own * (1 + Math.min(index, window)) };
    const cursor = { fcftSteps: steps.fcft };
    const more = stepCounts({ lengths, fineTuning, pretrainingMix, onlyPretraining: false, cursor });
    steps.fcft += more.fcft;
    steps.pretraining += more.pretraining;
  }
  return {
    samples: samples ? own * Math.max(0, iterations - replayedIterations) : 0,
    validationSamples: validationProblems * scoredCheckpoints(settings) * samplesOfScore(settings),
    sequencesMost: settings.objective === 'pretraining' ? 0 : own * (1 + window) * (fineTuning.firstTokenLoss ? 2 : 1),
    fcftSteps: settings.objective === 'pretraining' ? 0 : steps.fcft,
    pretrainingSteps: steps.pretraining,
  };
}

/** The base, every `every`-th iteration's, and the last. */
function scoredCheckpoints({ iterations, validation: { split, every } }: TrainingSettings): number {
  return split === '' ? 0 : 1 + Math.ceil(iterations / every);
}

const samplesOfScore = ({ validation: { conditions, samplesPerProblem } }: TrainingSettings): number =>
  conditions.length * samplesPerProblem;

/** The greatest of some lengths; 0 of none. */
export const longestOf = (lengths: readonly number[]): number =>
  lengths.reduce((longest, length) => Math.max(longest, length), 0);

/**
 * Tokens that one sequence has at most: reward token, feedback, prompt and solution, cut at the setting and the model.
 *
 * @param longestPrompt tokens of it
 * @param maxPositions of the model
 */
export function mostTokensOfSequence(settings: TrainingSettings, longestPrompt: number, maxPositions: number): number {
  const { fineTuning, feedback, objective, pretrainingMix, totalTokens, sampling } = settings;
  const cut = Math.min(fineTuning.maxSequenceTokens, maxPositions);
  const mixed =
    pretrainingMix.ratio === 0
      ? 0
      : pretrainingMix.form === 'blocks'
        ? Math.min(pretrainingMix.blockTokens, maxPositions)
        : cut;
  if (objective === 'pretraining') return mixed;
  const told = fineTuning.binaryOnly ? 0 : feedback.style === 'canonical_v1' ? (feedback.maxTokens ?? 512) + 2 : cut;
  const solution = totalTokens > 0 ? totalTokens : sampling.maxNewTokens;
  // A reference solution is not bounded by anything but the cut.
  const own = objective === 'supervised' ? cut : Math.min(cut, 2 + told + longestPrompt + solution);
  return Math.max(own, mixed);
}
