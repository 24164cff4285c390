import type { Evaluation } from './evaluation.ts';
import type { JudgedGroup } from './group.ts';
import type { Problem } from './problem.ts';
import type { Solution } from './solution.ts';

/** Samples for some problems, each problem's n solutions together as soon as they are there, in any order of problems. */
export type SampledGroups = AsyncIterable<{ readonly problem: Problem; readonly solutions: readonly Solution[] }>;

export interface SampleAndJudgeOptions {
  readonly problems: readonly Problem[];
  readonly samplesPerProblem: number;
  sample(problems: readonly Problem[], signal: AbortSignal): SampledGroups;
  /** As many evaluations as solutions, in their order. */
  judge(problem: Problem, solutions: readonly Solution[], signal: AbortSignal): Promise<readonly Evaluation[]>;
  /** Makes a finished group durable. Called one group at a time. */
  record(group: JudgedGroup): Promise<void>;
  readonly signal: AbortSignal;
}

/** The sampler gave something else than n solutions for each problem. */
export class IncompleteSamplingError extends Error {
  override readonly name = 'IncompleteSamplingError';
}

/** Groups sampled but not yet judged, at most; then the sampler has to wait, so that memory stays bounded. */
const MAX_WAITING_GROUPS = 64;

/**
 * Judges and records each problem's solutions while others are still being sampled. Returns when every group is
 * recorded. When sampling fails, groups that were already sampled are still judged and recorded, so that nothing
 * finished is lost; when judging fails or `signal` aborts, everything stops.
 *
 * @throws the first failure, or the signal's reason
 */
export async function sampleAndJudge(options: SampleAndJudgeOptions): Promise<void> {
  const { problems, signal } = options;
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const missing = new Set(problems.map(({ problemId }) => problemId));
  const judging = new Set<Promise<void>>();
  let recording = Promise.resolve();

  const finish = async (problem: Problem, solutions: readonly Solution[]): Promise<void> => {
    const evaluations = await options.judge(problem, solutions, stop);
    // A chain, not a lock: groups are recorded in the order in which their verdicts came.
    recording = recording.then(async () => {
      stop.throwIfAborted();
      await options.record({ problem, solutions, evaluations });
    });
    await recording;
  };
  const start = (problem: Problem, solutions: readonly Solution[]): void => {
    const work = finish(problem, solutions)
      .catch((error: unknown) => failed.abort(error))
      .finally(() => judging.delete(work));
    judging.add(work);
  };

  try {
    if (missing.size > 0)
      for await (const { problem, solutions } of options.sample(problems, stop)) {
        stop.throwIfAborted();
        checkGroup(problem, solutions, options.samplesPerProblem, missing);
        start(problem, solutions);
        while (judging.size >= MAX_WAITING_GROUPS) await Promise.race(judging);
      }
  } finally {
    await Promise.all(judging);
    stop.throwIfAborted(); // the first failure, not what aborting made of the sampler
  }
  if (missing.size > 0)
    throw new IncompleteSamplingError(`sampling ended without solutions for ${[...missing].slice(0, 5).join(', ')}`);
}

/** Crosses the problem off `missing`, or says what is wrong with what came for it. */
function checkGroup(problem: Problem, solutions: readonly Solution[], n: number, missing: Set<string>): void {
  const wanted = missing.delete(problem.problemId);
  const complete =
    solutions.length === n &&
    solutions.every((s, index) => s.sampleIndex === index && s.problemId === problem.problemId);
  if (wanted && complete) return;
  const got = solutions.map(({ problemId, sampleIndex }) => `${problemId}:${sampleIndex}`).join(' ');
  throw new IncompleteSamplingError(
    wanted
      ? `${problem.problemId}: want samples 0 to ${n - 1} in order, got ${got || 'none'}`
      : `${problem.problemId}: was not asked for, or came twice`,
  );
}
