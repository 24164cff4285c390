import type { FeedbackChannel } from '../evaluation.ts';
import type { Condition } from '../solution.ts';
import { endIdOf, type FcftExample } from './fcft-example.ts';
import { feedbackIds } from './fcft-sequences.ts';
import type { FcftTokenizer } from './fcft-tokenizer.ts';

export interface DistillationPairOptions {
  /** Most tokens of either sequence. */
  readonly maxSequenceTokens: number;
  /** What the student's prompt starts with: as it will be sampled from. */
  readonly studentCondition: Condition;
  /** What the teacher's sequence starts with, before the feedback. */
  readonly teacherCondition: Condition;
  /** Parts of the feedback that the teacher reads. @default all of it */
  readonly channels?: readonly FeedbackChannel[] | undefined;
  /** Ids that end a text, for a model that has several. @default the tokenizer's end-of-text */
  readonly endIds?: readonly number[];
}

/** The same solution after two contexts. */
export interface DistillationPair {
  /** int32: condition, prompt, solution. */
  readonly student: Int32Array;
  /** int32: condition, feedback, prompt, solution. */
  readonly teacher: Int32Array;
  /**
   * The last so many tokens of both are the solution's and the same; the teacher's distribution of each is the student's
   * target. 0 where there is nothing to learn: the solution passed, told nothing, or had no room.
   */
  readonly length: number;
}

/**
 * What self-distillation makes of a judged solution: the model that has read its feedback teaches the one that has not,
 * token by token, on the tokens that were sampled. What does not fit is cut from both at the same place.
 *
 * @throws {InconsistentSampleError} when the sampled ids contradict their finish reason
 * @see arXiv:2601.20802 (SDPO)
 */
export function distillationPair(
  example: FcftExample,
  tokenizer: FcftTokenizer,
  options: DistillationPairOptions,
): DistillationPair {
  endIdOf(example, tokenizer, options.endIds);
  const prompt = tokenizer.encode(example.prompt);
  const feedback = feedbackIds(example, tokenizer, options.channels);
  const start = (condition: Condition): readonly number[] => [
    ...tokenizer.prefixIds,
    ...(condition === 'none' ? [] : [tokenizer.special[condition]]),
  ];
  const student = [...start(options.studentCondition), ...prompt];
  const teacher = [...start(options.teacherCondition), ...feedback, ...prompt];
  const room = options.maxSequenceTokens - Math.max(student.length, teacher.length);
  const solution = example.tokenIds.slice(0, Math.max(0, room));
  const cut = (context: readonly number[]): Int32Array =>
    Int32Array.from([...context.slice(0, options.maxSequenceTokens), ...solution]);
  return {
    student: cut(student),
    teacher: cut(teacher),
    length: feedback.length === 0 ? 0 : solution.length,
  };
}
