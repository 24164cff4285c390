import {
  conditionFromProto,
  digestFromProto,
  FieldPath,
  problemsFromProto,
  samplesPerProblemFromProto,
  samplingParametersFromProto,
  solutionToProto,
} from '@leti/convert';
import type { Problem, Solution } from '@leti/leti';
import type { SampleSolutionsRequest, SampleSolutionsResponse } from '@leti/proto';
import { checkPrompts, inCallersTerms } from './check-prompts.ts';
import type { Engine, ProblemSampling } from './engine.ts';

const MAX_PROBLEMS = 1024;

/**
 * SampleSolutions: every problem's n solutions, together and in order, problems as they are finished.
 * @throws {InvalidArgumentError} {@link NoCheckpointLoadedError} {@link OtherWeightsError} {@link ModelCrashesError}
 */
export async function* sampleSolutions(
  request: SampleSolutionsRequest,
  engine: Engine,
  signal: AbortSignal,
): AsyncGenerator<SampleSolutionsResponse> {
  const { problems, samplesPerProblem, ...how } = readRequest(request);
  const placeOf = (position: number): string => `problems[${position}].prompt`;
  const { windowSamples } = await checkPrompts(engine, problems, samplesPerProblem, how, placeOf, signal);
  const samples = Array.from({ length: samplesPerProblem }, (_, sampleIndex) => sampleIndex);
  // At least two, for the rows that one leaves to be taken by the other.
  const window = Math.max(2, Math.ceil(windowSamples / samplesPerProblem));
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const running = new Map<string, Promise<readonly Solution[]>>();
  const waiting = problems.entries();
  try {
    for (;;) {
      while (running.size < window) {
        const { value, done } = waiting.next();
        if (done === true) break;
        const [position, problem] = value;
        const sampling = engine.sample(problem, samples, how, either).catch((error: unknown) => {
          throw inCallersTerms(error, problem, placeOf(position));
        });
        running.set(problem.problemId, sampling);
      }
      if (running.size === 0) return;
      const solutions = await Promise.race(running.values());
      running.delete(solutions[0]!.problemId);
      for (const solution of solutions) yield { event: { $case: 'solution', value: solutionToProto(solution) } };
    }
  } finally {
    ended.abort(new Error('the call has ended'));
    await Promise.allSettled(running.values());
  }
}

function readRequest(
  request: SampleSolutionsRequest,
): ProblemSampling & { readonly problems: readonly Problem[]; readonly samplesPerProblem: number } {
  return FieldPath.validated((at) => ({
    problems: problemsFromProto(request.problems, at.field('problems'), MAX_PROBLEMS),
    samplesPerProblem: samplesPerProblemFromProto(request.samplesPerProblem, at.field('samples_per_problem')),
    condition: conditionFromProto(request.condition, at.field('condition')),
    sampling: samplingParametersFromProto(request.sampling, at.field('sampling')),
    seed: request.seed,
    expectedDigest: digestFromProto(request.expectedWeightsDigest, at.field('expected_weights_digest')),
  }));
}
