import type { JudgeRule, Tolerance } from './evaluation.ts';

type RuleOf<K extends JudgeRule['kind']> = Extract<JudgeRule, { readonly kind: K }>;

/** A tolerance of which what is left out is 0. */
type PartialTolerance = Partial<Tolerance>;

/**
 * Judges the value of a Python expression over the solution's names by equality with a Python literal.
 * @param options.tolerance of numbers, also within lists, tuples and dict values. @default equality
 * @param options.numbersFromText whether "1,800.50" or "$18" counts as that number. @default false
 */
export function judgeReturnedValue(
  expression: string,
  expected: string,
  options: { readonly tolerance?: PartialTolerance; readonly numbersFromText?: boolean } = {},
): RuleOf<'returned_value'> {
  const { tolerance, numbersFromText = false } = options;
  return { kind: 'returned_value', expression, expected, tolerance: complete(tolerance), numbersFromText };
}

/**
 * Runs the solution as a main program for each case, and compares its stdout.
 * @param options.comparison @default 'lines'
 * @param options.tolerance of numbers among words. @default equality
 */
export function judgeStdio(
  cases: RuleOf<'stdio'>['cases'],
  options: { readonly comparison?: RuleOf<'stdio'>['comparison']; readonly tolerance?: PartialTolerance } = {},
): RuleOf<'stdio'> {
  return { kind: 'stdio', cases, comparison: options.comparison ?? 'lines', tolerance: complete(options.tolerance) };
}

/**
 * Has the caller's Python look at the value of an expression over the solution's names, as plain data.
 * @param verifier defines `verify(value, reference)`, which returns None or the feedback
 * @param reference what it gets as reference, any JSON value; undefined gives None
 */
export function judgeByVerifier(expression: string, verifier: string, reference?: unknown): RuleOf<'verifier'> {
  return { kind: 'verifier', expression, verifier, reference: JSON.stringify(reference) ?? '' };
}

/**
 * Compares the solution's text, or what a pattern finds in it, with texts of which any is right; runs nothing.
 * @param options.mode @default 'equal'
 * @param options.answerPattern a Python regular expression, whose last match is the answer. @default the whole solution
 * @param options.ignoreCase @default false
 */
export function judgeTextMatch(
  expected: readonly string[],
  options: Partial<Pick<RuleOf<'text_match'>, 'mode' | 'answerPattern' | 'ignoreCase'>> = {},
): RuleOf<'text_match'> {
  const { mode = 'equal', answerPattern = '', ignoreCase = false } = options;
  return { kind: 'text_match', expected, mode, answerPattern, ignoreCase };
}

function complete({ absolute = 0, relative = 0 }: PartialTolerance = {}): Tolerance {
  return { absolute, relative };
}
