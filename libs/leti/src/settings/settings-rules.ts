import type { TrainingSettings } from './training-settings.ts';

/** A place in the settings and what should be there. */
export interface BrokenRule {
  readonly path: readonly (string | number)[];
  readonly expectation: string;
}

interface Rule {
  /** Sections that it holds against each other. */
  readonly reads: readonly (keyof TrainingSettings)[];
  broken(settings: TrainingSettings): readonly BrokenRule[];
}

/** Whether the objective learns from samples of the model. */
export const learnsFromSamples = ({ objective }: Pick<TrainingSettings, 'objective'>): boolean =>
  objective === 'fcft' || objective === 'self_distillation';

/** The rule that wants `holds` at a place. */
function want(holds: boolean, path: string, expectation: string): readonly BrokenRule[] {
  return holds ? [] : [{ path: path.split('.'), expectation }];
}

const RULES: readonly Rule[] = [
  {
    reads: ['sampling', 'fineTuning'],
    broken: (settings) => {
      const { sampling, fineTuning } = settings;
      const onIds = learnsFromSamples(settings) && fineTuning.solutionTokens === 'sampled';
      const why = 'where fineTuning.solutionTokens is sampled, for those ids are not of the text that was run';
      return [
        ...want(!onIds || !sampling.cleanUpSpaces, 'sampling.cleanUpSpaces', `must be false ${why}`),
        ...want(!onIds || sampling.stop.length === 0, 'sampling.stop', `must be empty ${why}`),
      ];
    },
  },
  {
    reads: ['totalTokens'],
    broken: ({ totalTokens }) =>
      want(totalTokens === 0 || totalTokens > 128, 'totalTokens', 'must be 0, or above the 128 that any prompt takes'),
  },
  {
    reads: ['fineTuning'],
    broken: ({ fineTuning: { microBatchSize, batchSize } }) =>
      want(microBatchSize <= batchSize, 'fineTuning.microBatchSize', `must be at most batchSize, ${batchSize}`),
  },
  {
    reads: ['fineTuning'],
    broken: ({ objective, fineTuning }) =>
      want(
        objective !== 'self_distillation' || !fineTuning.binaryOnly,
        'fineTuning.binaryOnly',
        'must be false where the objective is self_distillation, which learns from the text',
      ),
  },
  {
    reads: ['pretrainingMix'],
    broken: ({ objective, pretrainingMix }) =>
      want(
        objective !== 'pretraining' || pretrainingMix.ratio > 0,
        'pretrainingMix.ratio',
        'must be above 0 where the objective is pretraining',
      ),
  },
  {
    reads: ['problems'],
    broken: ({ objective, problems }) =>
      objective !== 'supervised' || !('inline' in problems)
        ? []
        : problems.inline.flatMap(({ referenceSolution }, index) =>
            referenceSolution === undefined
              ? [
                  {
                    path: ['problems', 'inline', index, 'referenceSolution'],
                    expectation: 'must be given where the objective is supervised',
                  },
                ]
              : [],
          ),
  },
  {
    reads: ['problems', 'validation'],
    broken: ({ problems, validation: { split, select, patience } }) => [
      ...want(
        split === '' || !('inline' in problems),
        'validation.split',
        'must be empty for inline problems, which have no other split',
      ),
      ...want(split !== '' || select === 'last', 'validation.select', 'must be last where validation.split is empty'),
      ...want(split !== '' || patience === 0, 'validation.patience', 'must be 0 where validation.split is empty'),
    ],
  },
  {
    reads: ['replay'],
    broken: (settings) => {
      const { run, iterations } = settings.replay;
      return [
        ...want(
          run === '' || learnsFromSamples(settings),
          'replay.run',
          `must be empty where the objective is ${settings.objective}, which takes no samples`,
        ),
        ...want(run !== '' || iterations === 0, 'replay.iterations', 'must be 0 where replay.run is empty'),
      ];
    },
  },
];

/**
 * What is wrong between settings that are each right by themselves.
 *
 * @param unsound whether something is wrong in a section already: then rules that read it say nothing
 */
export function brokenRules(
  settings: TrainingSettings,
  unsound: (section: keyof TrainingSettings) => boolean,
): readonly BrokenRule[] {
  if (unsound('mode') || unsound('objective')) return [];
  return RULES.filter(({ reads }) => !reads.some(unsound)).flatMap((rule) => rule.broken(settings));
}
