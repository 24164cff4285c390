import type { ExitCode } from './exit-code.ts';

/** An end that the user should read about: one message with place, expectation and value, and the exit code for it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  /** Further lines, e.g. one per wrong field. */
  readonly details: readonly string[];

  constructor(
    exitCode: ExitCode,
    message: string,
    { details = [], cause }: { readonly details?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.details = details;
  }
}
