/** Nothing on this machine can isolate programs, and running them without isolation was not asked for. */
export class NoIsolationError extends Error {
  override readonly name = 'NoIsolationError';
  /** What is missing and how to get it. */
  readonly reason: string;

  constructor(reason: string) {
    super(`programs cannot be isolated on this machine: ${reason}`);
    this.reason = reason;
  }
}

/** There is no interpreter to run programs with. */
export class NoPythonError extends Error {
  override readonly name = 'NoPythonError';
}

/** A sandbox died under a program twice. Says nothing about the program; trying again later may work. */
export class SandboxLostError extends Error {
  override readonly name = 'SandboxLostError';
}

/** A limit of a program is not a positive whole number or is above the runner's maximum. */
export class InvalidLimitsError extends RangeError {
  override readonly name = 'InvalidLimitsError';
  /** Key of Limits. */
  readonly limit: string;

  constructor(limit: string, expectation: string, value: number) {
    super(`Limits.${limit} ${expectation}, got ${value}`);
    this.limit = limit;
  }
}

/** The caller's own part of a program cannot be used, e.g. a verifier that does not compile. Says nothing about the solution. */
export class InvalidProgramError extends Error {
  override readonly name = 'InvalidProgramError';
  /** Path within the program, e.g. `verifier.verifier`. */
  readonly field: string;
  /** What it must be and what is wrong with it. */
  readonly description: string;

  constructor(field: string, description: string) {
    super(`${field} ${description}`);
    this.field = field;
    this.description = description;
  }
}

/**
 * The caller's verifier raised, returned neither None nor a text, or ended its process; the message has its traceback, or the process's
 * status. Says nothing about the solution.
 */
export class VerifierFailedError extends Error {
  override readonly name = 'VerifierFailedError';
}
