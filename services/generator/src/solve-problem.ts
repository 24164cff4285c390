import {
  conditionFromProto,
  evaluationFromProto,
  FieldPath,
  limitsFromProto,
  problemFromProto,
  programToProto,
  samplingParametersFromProto,
  solutionToProto,
  evaluationToProto,
} from '@leti/convert';
import type { Condition, Evaluation, Limits, Problem, SamplingParameters, Solution } from '@leti/leti';
import type { EvaluatorServiceService, SolveProblemRequest, SolveProblemResponse } from '@leti/proto';
import { RpcError, type RpcClient } from '@leti/rpc';
import { checkPrompts, inCallersTerms } from './check-prompts.ts';
import type { Engine } from './engine.ts';

/** Attempts sampled together: they share the prompt's pass through the model, and the first that passes ends the rest. */
const ATTEMPTS_PER_BATCH = 4;
const MAX_ATTEMPTS = 1024;

/**
 * SolveProblem: samples attempts batch by batch and has each evaluated, in order, until one passes or the budget is
 * spent. Attempt i is the sample i that SampleSolutions gives for the same seed and condition.
 *
 * @throws {InvalidArgumentError}, what {@link Engine.sample} throws, and the evaluator's status
 */
export async function* solveProblem(
  request: SolveProblemRequest,
  deps: { readonly engine: Engine; readonly evaluator: RpcClient<typeof EvaluatorServiceService> },
  signal: AbortSignal,
): AsyncGenerator<SolveProblemResponse> {
  const { problem, maxAttempts, limits, condition, sampling } = readRequest(request);
  // Attempts go on over a change of weights; each says which it is of.
  const how = { condition, sampling, seed: request.seed, expectedDigest: undefined };
  const place = 'problem.prompt';
  await checkPrompts(deps.engine, [problem], ATTEMPTS_PER_BATCH, how, () => place, signal);
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  try {
    for (let first = 0; first < maxAttempts; first += ATTEMPTS_PER_BATCH) {
      const size = Math.min(ATTEMPTS_PER_BATCH, maxAttempts - first);
      const indexes = Array.from({ length: size }, (_, i) => first + i);
      const solutions = await deps.engine.sample(problem, indexes, how, either).catch((error: unknown) => {
        throw inCallersTerms(error, problem, place);
      });
      const evaluations = solutions.map((solution) => evaluate(problem, solution, limits, deps.evaluator, either));
      // Those after the first that passes are abandoned; their failure is nobody's business.
      for (const evaluation of evaluations) evaluation.catch(() => {});
      for (const [i, solution] of solutions.entries()) {
        const evaluation = await evaluations[i]!;
        const attempt = { solution: solutionToProto(solution), evaluation: evaluationToProto(evaluation) };
        yield { event: { $case: 'attempt', value: attempt } };
        if (evaluation.outcome === 'passed') return;
      }
    }
  } finally {
    ended.abort(new Error('the call has ended'));
  }
}

async function evaluate(
  { problemId, prompt, testSetupCode, tests }: Problem,
  { sampleIndex, text }: Solution,
  limits: Partial<Limits>,
  evaluator: RpcClient<typeof EvaluatorServiceService>,
  signal: AbortSignal,
): Promise<Evaluation> {
  const program = { programId: `${problemId}/${sampleIndex}`, prompt, solution: text, testSetupCode, tests, limits };
  try {
    const answer = await evaluator.evaluateProgram({ program: programToProto(program) }, { signal });
    return FieldPath.validated((at) => evaluationFromProto(answer, at));
  } catch (error) {
    throw error instanceof RpcError ? ofThisRequest(error) : error;
  }
}

/** The evaluator names fields of the program; those that came from the caller are fields of the request here too. */
function ofThisRequest({ code, reason, message, violations, metadata, cause }: RpcError): RpcError {
  const renamed = violations.map(({ field, description }) => ({ field: field.replace(/^program\./, ''), description }));
  return new RpcError({ code, reason, message, violations: renamed, metadata, cause });
}

function readRequest(request: SolveProblemRequest): {
  readonly problem: Problem;
  readonly maxAttempts: number;
  readonly sampling: SamplingParameters;
  readonly limits: Partial<Limits>;
  readonly condition: Condition;
} {
  return FieldPath.validated((at) => {
    const { problem, maxAttempts, condition } = request;
    const inRange = maxAttempts >= 1 && maxAttempts <= MAX_ATTEMPTS;
    at.field('max_attempts').expect(inRange, `must be in [1, ${MAX_ATTEMPTS}]`, maxAttempts);
    return {
      problem: at.field('problem').present(problem) ? problemFromProto(problem, at.field('problem')) : NO_PROBLEM,
      maxAttempts,
      sampling: samplingParametersFromProto(request.sampling, at.field('sampling')),
      limits: limitsFromProto(request.limits, at.field('limits')),
      condition: condition === undefined ? 'good' : conditionFromProto(condition, at.field('condition')),
    };
  });
}

// Stands in for a message that is not there until the violation is thrown.
const NO_PROBLEM: Problem = { problemId: '', prompt: '', testSetupCode: '', tests: [] };
