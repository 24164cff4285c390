import type { Evaluation, Program } from '@leti/leti';

/** Judges a program. */
export type Judge = (program: Program) => Promise<Evaluation>;

/**
 * Finds out whether a program's own tests do not compile, after its verdict was a syntax error: they are judged without any
 * solution, which has the evaluator's Python say it. What the search runs ends at the first name that a solution would have.
 * @returns what does not compile and why, as a sentence; undefined when set-up and tests are Python, so that the solution is not
 */
export async function testsAtFault({ tests, ...program }: Program, judge: Judge): Promise<string | undefined> {
  if (tests.length === 0) return undefined; // judged in another way, whose code is refused before it runs
  let complaint = '';
  const compiles = async (count: number): Promise<boolean> => {
    const first = count === 0 ? ['assert True'] : tests.slice(0, count);
    const { outcome, feedback } = await judge({ ...program, prompt: '', solution: '', tests: first });
    if (outcome === 'syntax_error') complaint = feedback.trimEnd().split('\n').at(-1) ?? '';
    return outcome !== 'syntax_error';
  };
  if (await compiles(tests.length)) return undefined;
  if (!(await compiles(0))) return `the set-up code does not compile: ${complaint}`;
  let good = 0;
  let bad = tests.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (await compiles(middle)) good = middle;
    else bad = middle;
  }
  return `test ${bad} of ${tests.length} does not compile: ${complaint}`;
}
