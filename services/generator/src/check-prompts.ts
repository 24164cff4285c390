import type { Problem } from '@leti/leti';
import { DeviceMemoryError } from '@leti/nn/model';
import { InvalidArgumentError, type FieldViolation } from '@leti/rpc';
import type { Engine, ProblemSampling } from './engine.ts';
import { PromptLengthError, requireRoom } from './errors.ts';
import type { PromptPlan } from './model-messages.ts';

/**
 * Fails unless the model has room for every prompt and the new tokens after it.
 * @param samplesPerProblem that are drawn together
 * @param place the field of the prompt at a position, for the message
 * @returns what the prompts come to
 * @throws {InvalidArgumentError} with every prompt that does not fit, and its problem's id
 */
export async function checkPrompts(
  engine: Engine,
  problems: readonly Problem[],
  samplesPerProblem: number,
  { condition, sampling, expectedDigest }: Omit<ProblemSampling, 'seed'>,
  place: (position: number) => string,
  signal: AbortSignal,
): Promise<PromptPlan> {
  const { maxSequenceTokens } = engine.require(expectedDigest);
  const prompts = problems.map(({ prompt }) => prompt);
  const plan = await engine.plan({ prompts, condition, sampling, samplesPerPrompt: samplesPerProblem }, signal);
  const violations = problems.flatMap((problem, i) => {
    try {
      requireRoom(plan.promptTokens[i]!, sampling.maxNewTokens, maxSequenceTokens);
      return [];
    } catch (error) {
      return [violationOf(error as PromptLengthError, problem, place(i))];
    }
  });
  if (violations.length > 0) throw new InvalidArgumentError(violations);
  return plan;
}

/**
 * What an engine throws when it is asked for a problem's samples, said of the field that has the prompt. Prompts are
 * checked before, but weights may have been replaced meanwhile, and only drawing knows how much memory is left.
 */
export function inCallersTerms(error: unknown, problem: Problem, place: string): unknown {
  return error instanceof PromptLengthError || error instanceof DeviceMemoryError
    ? new InvalidArgumentError([violationOf(error, problem, place)], { cause: error })
    : error;
}

function violationOf(
  error: PromptLengthError | DeviceMemoryError,
  { problemId }: Problem,
  field: string,
): FieldViolation {
  const { message } = error;
  const description =
    error instanceof PromptLengthError ? message : `with max_new_tokens must fit the memory: ${message}`;
  return { field, description: `of problem ${problemId} ${description}` };
}
