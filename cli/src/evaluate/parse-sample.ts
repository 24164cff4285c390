import type { FeedbackOptions, Limits, Problem, Program } from '@leti/leti';
import type { ProblemSet } from './problem-set.ts';
import type { Line } from './read-lines.ts';

/** A line of a sample file. */
export interface Sample {
  /** As it was read; its object has the field `task_id`. */
  readonly line: Line;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly problem: Problem;
  /** What the model wrote. */
  readonly text: string;
  /** Whether that is the whole program, or continues the problem's prompt. */
  readonly isWhole: boolean;
}

/** What the evaluator takes at most, characters. */
const MAX_TEXT_LENGTH = 2 ** 20;

/**
 * Reads a sample as human-eval and EvalPlus write them: `task_id`, and `completion` or `solution`; with both, the
 * solution counts, as in EvalPlus.
 * @returns what is wrong with the line, as text: place, expectation, value
 */
export function parseSample(line: Line, problems: ProblemSet): Sample | string {
  let fields: unknown;
  try {
    fields = JSON.parse(line.text);
  } catch {
    return `expected a JSON object, got ${shown(line.text)}`;
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    return `expected a JSON object, got ${shown(fields)}`;
  const { task_id: id, completion, solution } = fields as Record<string, unknown>;
  if (typeof id !== 'string' && typeof id !== 'number') return `task_id: expected a text or a number, got ${shown(id)}`;
  const problem = problems.find(id);
  if (problem === undefined) {
    const [first] = problems.problems;
    const among = `one of the ${problems.problems.length} problems of ${problems.task}, e.g. ${shown(first?.problemId)}`;
    return `task_id: expected ${among}, got ${shown(id)}`;
  }
  const isWhole = solution !== undefined;
  const [name, text] = isWhole ? ['solution', solution] : ['completion', completion];
  if (text === undefined) return `expected a "completion" or a "solution", got ${Object.keys(fields).join(', ')} only`;
  if (typeof text !== 'string') return `${name}: expected a text, got ${shown(text)}`;
  if (text.length > MAX_TEXT_LENGTH)
    return `${name}: expected at most ${MAX_TEXT_LENGTH} characters, got ${text.length}`;
  if (!text.isWellFormed()) return `${name}: expected Unicode text, got half of a surrogate pair in it`;
  return { line, fields: fields as Record<string, unknown>, problem, text, isWhole };
}

/** The program that judges a sample, named after its line. */
export function programOf(
  { line, problem, text, isWhole }: Sample,
  { limits, feedback }: { readonly limits: Partial<Limits>; readonly feedback?: FeedbackOptions | undefined },
): Program {
  const { prompt, testSetupCode, tests } = problem;
  return {
    programId: String(line.number),
    prompt: isWhole ? '' : prompt,
    solution: isWhole || !beginsALine(prompt, text) ? text : `\n${text}`,
    testSetupCode,
    tests,
    limits,
    ...(feedback !== undefined && { feedback }),
  };
}

/**
 * Whether a completion is to stand on a line of its own. Prompts of MBPP and micro end with a docstring's quotes; a name
 * right after them is no Python, so that file had the line end in its prompts.
 */
const beginsALine = (prompt: string, completion: string): boolean =>
  !prompt.endsWith('\n') && /^[\p{L}_@]/u.test(completion);

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);
