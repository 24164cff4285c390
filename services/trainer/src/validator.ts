import {
  type Condition,
  type ConditionScore,
  deriveSeed,
  type GroupSummary,
  type Judge,
  type PhaseClock,
  type Problem,
  sampleAndJudge,
  sampleFigures,
  type Sampler,
  type Validator,
} from '@leti/leti';
import { meanPassAtK } from '@leti/metrics';
import { GroupLedger, type RunPaths } from '@leti/runs';

export interface ValidatorOptions {
  readonly paths: RunPaths;
  /** At least one. */
  readonly problems: readonly Problem[];
  readonly samplesPerProblem: number;
  /** The run's; validation draws from seeds of its own, so that its samples are never those of training. */
  readonly seed: bigint;
  readonly sampler: Sampler;
  readonly judge: Judge;
  readonly clock: PhaseClock;
}

/** Validates through generator and evaluator. Each iteration and condition has a ledger, from which an interrupted one goes on. */
export function createValidator(options: ValidatorOptions): Validator {
  const { paths, problems, samplesPerProblem, seed, sampler, judge, clock } = options;
  return {
    async validate(iteration, checkpoint, condition, signal): Promise<ConditionScore> {
      const ledger = await GroupLedger.open(paths.iteration(iteration).validation(condition));
      const finished = new Set(ledger.finished.map(({ problemId }) => problemId));
      const missing = problems.filter(({ problemId }) => !finished.has(problemId));
      const request = {
        iteration,
        checkpoint,
        condition,
        seed: deriveSeed(seed, 'validation', iteration, condition),
        samplesPerProblem,
      };
      if (missing.length > 0)
        await clock.measure('validate', () =>
          sampleAndJudge({
            problems: missing,
            samplesPerProblem,
            sample: (wanted, stop) => sampler.sample({ ...request, problems: wanted }, stop),
            judge: (problem, solutions, stop) => judge.judge(problem, solutions, stop),
            record: async (group) => void (await ledger.record(group, {})),
            signal,
          }),
        );
      return scoreOf(condition, ledger.finished, request.seed);
    },
  };
}

/** The score of finished groups, whatever the order in which they were finished. */
function scoreOf(condition: Condition, groups: readonly GroupSummary[], seed: bigint): ConditionScore {
  const inOrder = groups.toSorted((a, b) => (a.problemId < b.problemId ? -1 : 1));
  const counts = inOrder.map(({ samples, passed }) => ({ n: samples, c: passed }));
  const { outcomes } = sampleFigures(groups);
  return { condition, passAtK: [{ k: 1, ...meanPassAtK(counts, 1, { seed }) }], outcomes };
}
