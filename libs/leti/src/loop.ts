import type { Evaluation } from './evaluation.ts';
import { type GroupSummary, type JudgedGroup, sampleFigures, type SampleFigures, summarizeGroup } from './group.ts';
import type { Problem } from './problem.ts';
import { sampleAndJudge, type SampledGroups } from './sample-and-judge.ts';
import { iterationSeed } from './seeds.ts';
import type { Condition, Solution } from './solution.ts';
import type { PinnedCheckpoint, TrainingLosses } from './training-run.ts';

/** What decides the loop's course. */
export interface LoopPlan {
  readonly problems: readonly Problem[];
  readonly iterations: number;
  readonly samplesPerProblem: number;
  readonly seed: bigint;
  readonly baseCheckpoint: PinnedCheckpoint;
}

export interface SampleRequest {
  /** Counts from 1. */
  readonly iteration: number;
  readonly checkpoint: PinnedCheckpoint;
  readonly condition: Condition;
  /** Each sample's seed derives from (this, problem id, sample index). */
  readonly seed: bigint;
  readonly problems: readonly Problem[];
  readonly samplesPerProblem: number;
}

/** Writes solutions. The same request gives the same solutions. */
export interface Sampler {
  sample(request: SampleRequest, signal: AbortSignal): SampledGroups;
}

/** Runs programs. Failing machinery is an error; a failing program never is. */
export interface Judge {
  judge(problem: Problem, solutions: readonly Solution[], signal: AbortSignal): Promise<readonly Evaluation[]>;
}

/** Fine-tunes on what the ledger holds for an iteration. */
export interface Learner {
  /**
   * Trains from `from` and publishes the result. Called again after an interruption it goes on where it was, or gives
   * back at once what it had published.
   */
  learn(
    iteration: number,
    from: PinnedCheckpoint,
    signal: AbortSignal,
  ): Promise<{ readonly checkpoint: PinnedCheckpoint; readonly losses: TrainingLosses }>;
}

/** Remembers what is finished. When a method that records returns, what it recorded survives any crash. */
export interface Ledger {
  /** Checkpoints of the finished iterations, in order from iteration 1. */
  finishedIterations(): Promise<readonly PinnedCheckpoint[]>;
  finishedGroups(iteration: number): Promise<readonly GroupSummary[]>;
  recordGroup(iteration: number, group: JudgedGroup, summary: GroupSummary): Promise<void>;
  recordIteration(
    iteration: number,
    result: { readonly checkpoint: PinnedCheckpoint; readonly figures: SampleFigures; readonly losses: TrainingLosses },
  ): Promise<void>;
}

/** Is told what happened, after the ledger has it. */
export interface LoopObserver {
  groupFinished(iteration: number, group: GroupSummary, groupsDone: number, groupsTotal: number): Promise<void>;
  iterationFinished(iteration: number): Promise<void>;
}

export interface LoopParts {
  readonly sampler: Sampler;
  readonly judge: Judge;
  readonly learner: Learner;
  readonly ledger: Ledger;
  readonly observer: LoopObserver;
}

/**
 * The LETI loop: sample n solutions per problem, have the interpreter judge them, fine-tune on what it said, and again
 * from the new weights. Begins after what the ledger already holds: a finished group is never sampled, judged or
 * recorded twice, and a run that was interrupted ends as one that was not.
 *
 * The first iteration samples without a reward token, which the base model has never seen; later ones under `<|good|>`.
 *
 * @returns the last iteration's checkpoint
 * @throws whatever a part throws, or the signal's reason; then everything recorded is kept, and the loop can be run again
 * @see arXiv:2305.10314, §3 and algorithm 1
 */
export async function runLoop(plan: LoopPlan, parts: LoopParts, signal: AbortSignal): Promise<PinnedCheckpoint> {
  const finished = await parts.ledger.finishedIterations();
  let checkpoint = finished.at(-1) ?? plan.baseCheckpoint;
  for (let iteration = finished.length + 1; iteration <= plan.iterations; iteration++)
    checkpoint = await runIteration(iteration, checkpoint, plan, parts, signal);
  return checkpoint;
}

async function runIteration(
  iteration: number,
  from: PinnedCheckpoint,
  plan: LoopPlan,
  parts: LoopParts,
  signal: AbortSignal,
): Promise<PinnedCheckpoint> {
  signal.throwIfAborted();
  const { ledger, observer } = parts;
  const groups = [...(await ledger.finishedGroups(iteration))];
  const done = new Set(groups.map(({ problemId }) => problemId));
  const request = {
    iteration,
    checkpoint: from,
    condition: iteration === 1 ? 'none' : 'good',
    seed: iterationSeed(plan.seed, iteration),
    samplesPerProblem: plan.samplesPerProblem,
  } as const;
  await sampleAndJudge({
    problems: plan.problems.filter(({ problemId }) => !done.has(problemId)),
    samplesPerProblem: plan.samplesPerProblem,
    sample: (problems, stop) => parts.sampler.sample({ ...request, problems }, stop),
    judge: (problem, solutions, stop) => parts.judge.judge(problem, solutions, stop),
    record: async (group) => {
      const summary = summarizeGroup(group);
      await ledger.recordGroup(iteration, group, summary);
      groups.push(summary);
      await observer.groupFinished(iteration, summary, groups.length, plan.problems.length);
    },
    signal,
  });
  const { checkpoint, losses } = await parts.learner.learn(iteration, from, signal);
  await ledger.recordIteration(iteration, { checkpoint, figures: sampleFigures(groups), losses });
  await observer.iterationFinished(iteration);
  return checkpoint;
}
