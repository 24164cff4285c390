import type { Command } from 'commander';
import { describeError } from './describe-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Output } from './output/output.ts';

/** What every command gets beside its options. */
export interface CommandContext {
  readonly output: Output;
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal;
}

/** What the program around the commands provides. */
export interface Environment {
  createOutput(options: { readonly json: boolean }): Output;
  readonly signal: AbortSignal;
  /** Takes a command's exit code. */
  end(code: ExitCode): void;
}

/**
 * Sets what a command does. Its errors become one message on stderr, with `--json` also `{"error": …}` on stdout, and
 * the exit code for them; without an error it is what `work` returns, else 0.
 */
export function setAction<A extends readonly unknown[], O extends { readonly json?: boolean }>(
  command: Command,
  environment: Environment,
  work: (context: CommandContext, options: O, ...args: A) => Promise<ExitCode | void>,
): Command {
  return command.action(async (...given: unknown[]) => {
    const options = command.opts<O>();
    const args = given.slice(0, -2) as unknown as A;
    const output = environment.createOutput({ json: options.json === true });
    try {
      environment.end((await work({ output, signal: environment.signal }, options, ...args)) ?? EXIT.ok);
    } catch (error) {
      const { exitCode, code, message, details } = describeError(error);
      output.note(`${fullName(command)}: ${message}`);
      for (const line of details) output.note(`  ${line}`);
      output.data({ error: { code, message, details } });
      environment.end(exitCode);
    }
  });
}

/** E.g. "leti runs list". */
const fullName = (command: Command): string =>
  command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
