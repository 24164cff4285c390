/** A prompt that a model continues into a program, with the tests that judge the program. */
export interface Problem {
  /** Unique within its task or request; 1 to 256 of `[A-Za-z0-9._/-]`. */
  readonly problemId: string;
  /** Text the model continues, without any reward token; executed as the program's first lines. */
  readonly prompt: string;
  /** Python run after the solution and before the tests; may be empty. */
  readonly testSetupCode: string;
  /** Python statements, usually one `assert` each, run in order until one fails. */
  readonly tests: readonly string[];
  /**
   * A solution known to be right, which follows the prompt after a line end. Read by the supervised objective alone: it is
   * never sampled from, shown or executed. Undefined when none is known.
   */
  readonly referenceSolution?: string | undefined;
}

/** The problem as everything but supervised training sees it. */
export function withoutReference(problem: Problem): Problem {
  const { referenceSolution: _, ...rest } = problem;
  return rest;
}
