import { runCommand } from './run-command.ts';

/** What a step found. A skipped step had nothing to look at, and says why. */
export type Finding =
  | { readonly state: 'ok'; readonly note?: string }
  | { readonly state: 'skipped'; readonly note: string }
  | { readonly state: 'failed'; readonly output: string };

/** One thing that CI checks. */
export interface CheckStep {
  /** One word for the command line. */
  readonly name: string;
  readonly title: string;
  run(): Promise<Finding>;
}

/**
 * A step that is one command; it fails when the command's exit status is not 0.
 * @param echo shows the command's output while it runs
 */
export function commandStep(
  name: string,
  title: string,
  command: readonly [string, ...string[]],
  { echo = false }: { readonly echo?: boolean } = {},
): CheckStep {
  return {
    name,
    title,
    async run() {
      const [program, ...args] = command;
      const { status, output } = await runCommand(program, args, { echo });
      if (status === 0) return { state: 'ok' };
      return { state: 'failed', output: echo ? `exit ${status}, see above` : output };
    },
  };
}
