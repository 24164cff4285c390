import type { Evaluation } from './evaluation.ts';
import { type GroupSummary, type JudgedGroup, sampleFigures, type SampleFigures, summarizeGroup } from './group.ts';
import type { Problem } from './problem.ts';
import { sampleAndJudge, type SampledGroups } from './sample-and-judge.ts';
import type { Condition, Solution } from './solution.ts';
import type { ConditionScore, PinnedCheckpoint, TrainingLosses } from './training-run.ts';
import {
  bestPoint,
  conditionsAt,
  patienceIsOver,
  type ValidationPlan,
  type ValidationPoint,
  validatesAt,
} from './validation.ts';

/** What decides the loop's course. */
export interface LoopPlan {
  readonly problems: readonly Problem[];
  readonly iterations: number;
  readonly samplesPerProblem: number;
  /** Whether the objective learns from samples; otherwise an iteration is training alone. */
  readonly samples: boolean;
  /** The first iteration samples under `first`, the base model having never seen a reward token; later ones under `later`. */
  readonly conditions: { readonly first: Condition; readonly later: Condition };
  /** The seed of an iteration's sampling calls. */
  readonly seedOf: (iteration: number) => bigint;
  readonly baseCheckpoint: PinnedCheckpoint;
  /** Left out, nothing is validated. */
  readonly validation?: ValidationPlan;
  /** Rise of the held-out loss over the base checkpoint's, nats per token, above which an iteration raises an alarm; 0 never does. */
  readonly maxHeldOutRise: number;
}

export interface SampleRequest {
  /** Counts from 1; 0 where the base checkpoint is validated. */
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

/** What training an iteration came to. */
export interface Lesson {
  readonly checkpoint: PinnedCheckpoint;
  readonly losses: TrainingLosses;
  /** Of the published weights on texts held out of the pre-training mix, nats per token; undefined without such texts. */
  readonly heldOutLoss?: number | undefined;
  /** Sequences trained on, once for all epochs, when they are not simply the samples. */
  readonly trainedSequences?: number | undefined;
}

/** Fine-tunes on what the ledger holds for an iteration. */
export interface Learner {
  /** Is told that an iteration begins, so as to make ready while samples are drawn; what goes wrong shows in learn(). */
  begin?(iteration: number, from: PinnedCheckpoint, signal: AbortSignal): void;
  /** Is told that the ledger holds one more group of the iteration. */
  groupRecorded?(iteration: number): void;
  /**
   * Trains from `from` and publishes the result. Called again after an interruption it goes on where it was, or gives
   * back at once what it had published.
   */
  learn(iteration: number, from: PinnedCheckpoint, signal: AbortSignal): Promise<Lesson>;
  /** The held-out loss of the base checkpoint, which no lesson tells; undefined without held-out texts. */
  heldOutLoss?(checkpoint: PinnedCheckpoint, signal: AbortSignal): Promise<number | undefined>;
}

/** Scores weights on problems that are not trained on. */
export interface Validator {
  /**
   * Samples and judges under one condition. Called again after an interruption it goes on where it was, or gives back
   * at once what it had found.
   * @param iteration 0 for the base checkpoint
   */
  validate(
    iteration: number,
    checkpoint: PinnedCheckpoint,
    condition: Condition,
    signal: AbortSignal,
  ): Promise<ConditionScore>;
}

/** What is recorded of a finished iteration. */
export interface IterationResult extends Lesson {
  readonly figures: SampleFigures;
  /** Empty where the iteration was not validated. */
  readonly validation: readonly ConditionScore[];
}

/** A finished iteration, as a loop that goes on needs it. */
export type FinishedIteration = Pick<IterationResult, 'checkpoint' | 'validation' | 'heldOutLoss'>;

/** Remembers what is finished. When a method that records returns, what it recorded survives any crash. */
export interface Ledger {
  /** The finished iterations, in order from iteration 1. */
  finishedIterations(): Promise<readonly FinishedIteration[]>;
  finishedGroups(iteration: number): Promise<readonly GroupSummary[]>;
  recordGroup(iteration: number, group: JudgedGroup, summary: GroupSummary): Promise<void>;
  recordIteration(iteration: number, result: IterationResult): Promise<void>;
}

/** Is told what happened, after the ledger has it. */
export interface LoopObserver {
  groupFinished(iteration: number, group: GroupSummary, groupsDone: number, groupsTotal: number): Promise<void>;
  /** After every validation; iteration 0 is the base checkpoint, which is validated anew, though not sampled anew, by every start. */
  validated?(iteration: number, scores: readonly ConditionScore[]): Promise<void>;
  /** `best` as in {@link LoopResult}, of all iterations up to this one. */
  iterationFinished(iteration: number, best: BestIteration | undefined): Promise<void>;
  /** What a person should look at, after the iteration is finished. */
  alarm?(iteration: number, message: string): Promise<void>;
}

export interface LoopParts {
  readonly sampler: Sampler;
  readonly judge: Judge;
  readonly learner: Learner;
  readonly ledger: Ledger;
  readonly observer: LoopObserver;
  /** Wanted when the plan validates. */
  readonly validator?: Validator;
}

/** Why a loop ended. */
export const STOP_REASONS = ['iterations', 'patience'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** Where a loop ended. */
export interface LoopResult {
  /** The last iteration's checkpoint. */
  readonly checkpoint: PinnedCheckpoint;
  readonly stopReason: StopReason;
  /** The iteration with the best validation score; undefined where nothing was validated. */
  readonly best: BestIteration | undefined;
}

/** An iteration and what it published; 0 is the base checkpoint. */
export interface BestIteration {
  readonly iteration: number;
  readonly checkpoint: PinnedCheckpoint;
}

/**
 * The LETI loop: sample n solutions per problem, have the interpreter judge them, fine-tune on what it said, and again
 * from the new weights. Begins after what the ledger already holds: a finished group is never sampled, judged or
 * recorded twice, and a run that was interrupted ends as one that was not.
 *
 * With a validation plan the base checkpoint and the iterations' are scored on other problems, and the loop may end
 * early; a run that ended early ends at once when it is run again.
 *
 * @throws whatever a part throws, or the signal's reason; then everything recorded is kept, and the loop can be run again
 * @see arXiv:2305.10314, §3 and algorithm 1
 */
export async function runLoop(plan: LoopPlan, parts: LoopParts, signal: AbortSignal): Promise<LoopResult> {
  const course = await Course.begin(plan, parts, signal);
  for (;;) {
    const stopReason = course.stopReason();
    if (stopReason !== undefined) return course.result(stopReason);
    await course.runIteration(signal);
  }
}

/** A loop under way: what it has finished, and what that says of going on. */
class Course {
  readonly #plan: LoopPlan;
  readonly #parts: LoopParts;
  readonly #finished: FinishedIteration[];
  readonly #base: FinishedIteration;

  private constructor(plan: LoopPlan, parts: LoopParts, base: FinishedIteration, finished: FinishedIteration[]) {
    this.#plan = plan;
    this.#parts = parts;
    this.#base = base;
    this.#finished = finished;
  }

  static async begin(plan: LoopPlan, parts: LoopParts, signal: AbortSignal): Promise<Course> {
    const finished = [...(await parts.ledger.finishedIterations())];
    const checkpoint = plan.baseCheckpoint;
    const validation = await validate(plan, parts, 0, checkpoint, signal);
    const heldOutLoss = plan.maxHeldOutRise > 0 ? await parts.learner.heldOutLoss?.(checkpoint, signal) : undefined;
    return new Course(plan, parts, { checkpoint, validation, heldOutLoss }, finished);
  }

  /** Why there is no further iteration; undefined while there is one. */
  stopReason(): StopReason | undefined {
    const { validation, iterations } = this.#plan;
    if (this.#finished.length >= iterations) return 'iterations';
    return validation !== undefined && patienceIsOver(this.#points(), validation.patience) ? 'patience' : undefined;
  }

  result(stopReason: StopReason): LoopResult {
    return { checkpoint: this.#at(this.#finished.length).checkpoint, stopReason, best: this.#best() };
  }

  async runIteration(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { ledger, learner, observer } = this.#parts;
    const iteration = this.#finished.length + 1;
    const from = this.#at(iteration - 1).checkpoint;
    learner.begin?.(iteration, from, signal);
    const groups = this.#plan.samples ? await this.#sample(iteration, from, signal) : [];
    const lesson = await learner.learn(iteration, from, signal);
    const validation = await validate(this.#plan, this.#parts, iteration, lesson.checkpoint, signal);
    await ledger.recordIteration(iteration, { ...lesson, figures: sampleFigures(groups), validation });
    this.#finished.push({ ...lesson, validation });
    await observer.iterationFinished(iteration, this.#best());
    await this.#watchForgetting(iteration, lesson.heldOutLoss);
  }

  async #watchForgetting(iteration: number, loss: number | undefined): Promise<void> {
    const { maxHeldOutRise } = this.#plan;
    const first = this.#base.heldOutLoss;
    if (maxHeldOutRise === 0 || first === undefined || loss === undefined || loss - first <= maxHeldOutRise) return;
    const figures = `from ${first.toFixed(3)} to ${loss.toFixed(3)} nats per token`;
    await this.#parts.observer.alarm?.(iteration, `the held-out loss rose ${figures}: the model forgets its corpus`);
  }

  async #sample(iteration: number, from: PinnedCheckpoint, signal: AbortSignal): Promise<readonly GroupSummary[]> {
    const { problems, samplesPerProblem, conditions, seedOf } = this.#plan;
    const { ledger, observer, sampler, judge, learner } = this.#parts;
    const groups = [...(await ledger.finishedGroups(iteration))];
    const done = new Set(groups.map(({ problemId }) => problemId));
    const condition = iteration === 1 ? conditions.first : conditions.later;
    const request = { iteration, checkpoint: from, condition, seed: seedOf(iteration), samplesPerProblem };
    await sampleAndJudge({
      problems: problems.filter(({ problemId }) => !done.has(problemId)),
      samplesPerProblem,
      sample: (missing, stop) => sampler.sample({ ...request, problems: missing }, stop),
      judge: (problem, solutions, stop) => judge.judge(problem, solutions, stop),
      record: async (group) => {
        const summary = summarizeGroup(group);
        await ledger.recordGroup(iteration, group, summary);
        learner.groupRecorded?.(iteration);
        groups.push(summary);
        await observer.groupFinished(iteration, summary, groups.length, problems.length);
      },
      signal,
    });
    return groups;
  }

  #best(): BestIteration | undefined {
    const iteration = bestPoint(this.#points())?.iteration;
    return iteration === undefined ? undefined : { iteration, checkpoint: this.#at(iteration).checkpoint };
  }

  #at(iteration: number): FinishedIteration {
    return iteration === 0 ? this.#base : this.#finished[iteration - 1]!;
  }

  #points(): readonly ValidationPoint[] {
    return [this.#base, ...this.#finished]
      .map(({ validation }, iteration) => ({ iteration, scores: validation }))
      .filter(({ scores }) => scores.length > 0);
  }
}

async function validate(
  { validation: plan, iterations }: LoopPlan,
  { validator, observer }: LoopParts,
  iteration: number,
  checkpoint: PinnedCheckpoint,
  signal: AbortSignal,
): Promise<readonly ConditionScore[]> {
  if (plan === undefined || validator === undefined || !validatesAt(plan, iteration, iterations)) return [];
  const scores: ConditionScore[] = [];
  for (const condition of conditionsAt(plan, iteration))
    scores.push(await validator.validate(iteration, checkpoint, condition, signal));
  await observer.validated?.(iteration, scores);
  return scores;
}
