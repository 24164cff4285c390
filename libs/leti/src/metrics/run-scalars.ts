import type { IterationMetrics, TrainingRunEvent } from '../training-run.ts';
import { passAt1 } from '../validation.ts';

/** One figure of a curve, as tools that draw experiments want it. */
export interface Scalar {
  /** Slashes make groups, e.g. `train/pass_at_1`. */
  readonly tag: string;
  readonly value: number;
  /** Iterations from 1, or optimizer steps of the whole run for tags in `steps/`. */
  readonly step: number;
}

/** What a run's curves are made of. */
export interface RunFigures {
  /** In order from iteration 1. */
  readonly iterations: readonly IterationMetrics[];
  /** Steps as told; may be thinned out, and told twice where an iteration was interrupted. */
  readonly steps: readonly Extract<TrainingRunEvent, { kind: 'training_step' }>[];
}

/** Every curve of a run, by tag in a fixed order, each in the order of its steps. */
export function runScalars({ iterations, steps }: RunFigures): Scalar[] {
  const ofIterations = iterations.flatMap((metrics, index) => iterationScalars(metrics, index + 1));
  return [...ofIterations, ...stepScalars(steps)].toSorted((a, b) =>
    a.tag === b.tag ? a.step - b.step : a.tag < b.tag ? -1 : 1,
  );
}

function iterationScalars(metrics: IterationMetrics, step: number): Scalar[] {
  const { samples, outcomes, exceptions, rewardHack, phases, validation } = metrics;
  const shares = (group: string, counts: object): [string, number][] =>
    Object.entries(counts).map(([name, count]) => [`${group}/${name}`, (count as number) / Math.max(samples, 1)]);
  const values: readonly (readonly [string, number | undefined])[] = [
    ['train/pass_at_1', samples > 0 ? metrics.trainPassAt1 : undefined],
    ['train/executable_rate', samples > 0 ? metrics.executableRate : undefined],
    ['train/distinct_programs', samples > 0 ? metrics.distinctPrograms / samples : undefined],
    ['loss/fcft', metrics.fcftLoss > 0 ? metrics.fcftLoss : undefined],
    ['loss/pretraining', metrics.pretrainingLoss > 0 ? metrics.pretrainingLoss : undefined],
    ['loss/held_out', metrics.heldOutLoss],
    ['reward_hack/visible_gap', rewardHack?.visibleGap],
    ['reward_hack/early_exits', rewardHack && rewardHack.earlyExits / Math.max(samples, 1)],
    ['reward_hack/test_texts', rewardHack && rewardHack.testTexts / Math.max(samples, 1)],
    ['seconds/exposed_evaluation', metrics.exposedEvaluationSeconds],
    ...shares('outcomes', outcomes),
    ...shares('exceptions', exceptions ?? {}),
    ...(validation ?? []).map((score) => [`validation/pass_at_1_${score.condition}`, passAt1(score)] as const),
    ...Object.entries(phases).map(([phase, seconds]) => [`seconds/${phase}`, seconds] as const),
  ];
  return values.flatMap(([tag, value]) => (value === undefined ? [] : [{ tag, value, step }]));
}

function stepScalars(events: RunFigures['steps']): Scalar[] {
  const totals = new Map(events.map(({ iteration, stepsTotal }) => [iteration, stepsTotal]));
  const before = (iteration: number): number =>
    [...totals].reduce((sum, [each, total]) => sum + (each < iteration ? total : 0), 0);
  // What was told twice counts as told last.
  const byPlace = new Map(events.map((event) => [before(event.iteration) + event.step, event]));
  return [...byPlace].flatMap(([step, event]) => {
    const { fcftLoss, pretrainingLoss, learningRate, gradientNorm, tokensPerSecond } = event;
    const values: readonly (readonly [string, number | undefined])[] = [
      ['steps/fcft_loss', fcftLoss > 0 ? fcftLoss : undefined],
      ['steps/pretraining_loss', pretrainingLoss > 0 ? pretrainingLoss : undefined],
      ['steps/learning_rate', learningRate],
      ['steps/gradient_norm', gradientNorm],
      ['steps/tokens_per_second', tokensPerSecond],
    ];
    return values.flatMap(([tag, value]) => (value === undefined ? [] : [{ tag, value, step }]));
  });
}
