import { fileURLToPath } from 'node:url';
import type { BenchmarkSettings, TrainingSettings } from '@leti/leti';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { readTrainingFile } from '../training-file.ts';

/** The training file of `npm start`. */
export const MICRO_CONFIG: string = fileURLToPath(
  new URL('../../../services/trainer/configs/micro.yaml', import.meta.url),
);

/** What is scored before and after. */
export interface StartPlan {
  readonly training: TrainingSettings;
  /** The base model without a reward token, as it was before. */
  readonly before: BenchmarkSettings;
  /** The trained model under `<|good|>`; its checkpoint is not known yet. */
  readonly after: Omit<BenchmarkSettings, 'checkpoint'>;
}

/** What the user may change. */
export interface StartChoices {
  readonly config: string;
  /** `key=value` over the file's. */
  readonly sets: readonly string[];
  /** A run of seconds that shows that everything works; it learns next to nothing. */
  readonly quick: boolean;
  /** Samples per test problem. */
  readonly samples: number;
  /** The first so many test problems; 0 takes all. */
  readonly limit: number;
}

const QUICK = ['iterations=2', 'samplesPerProblem=4', 'problems.limit=12', 'fineTuning.epochs=1'];
const QUICK_SAMPLES = 2;
const QUICK_LIMIT = 16;

/** At training every kind of attempt is wanted; at test nearly the best one, as in the paper's tables. */
const TEST_TEMPERATURE = 0.1;

/**
 * Resolves what `leti start` runs.
 * @throws {ConfigError} when the training file is wrong @throws {CliError} when its problems are no task's
 */
export function startPlan({ config, sets, quick, samples, limit }: StartChoices): StartPlan {
  const training = readTrainingFile(config, quick ? [...QUICK, ...sets] : sets);
  const { problems, baseCheckpoint, sampling, limits, seed } = training;
  if ('inline' in problems) {
    throw new CliError(
      EXIT.badInput,
      `${config}: expected problems of a task, got inline ones, which have no test split`,
    );
  }
  const testLimit = quick ? QUICK_LIMIT : limit;
  const after = {
    task: { ...problems, split: 'test', limit: testLimit === 0 ? undefined : testLimit },
    samplesPerProblem: quick ? QUICK_SAMPLES : samples,
    condition: 'good' as const,
    sampling: { ...sampling, temperature: TEST_TEMPERATURE },
    ks: [1],
    limits,
    seed,
  };
  return { training, before: { ...after, checkpoint: baseCheckpoint, condition: 'none' }, after };
}
