import { type GroupSummary, sampleFigures, summarizeGroup } from './group.ts';
import type { BestIteration, FinishedIteration, LoopParts, LoopPlan, LoopResult, StopReason } from './loop-parts.ts';
import { sampleAndJudge } from './sample-and-judge.ts';
import type { ConditionScore, PinnedCheckpoint } from './training-run.ts';
import { bestPoint, conditionsAt, patienceIsOver, validatesAt, type ValidationPoint } from './validation.ts';

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
