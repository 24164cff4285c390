import { NoIsolationError } from '../errors.ts';
import { createProgramRunner, type ProgramRunner, type ProgramRunnerOptions } from '../program-runner.ts';

/**
 * For tests: a runner of two slots, unless `options` say otherwise; undefined, with a line on stderr, where this machine cannot
 * isolate programs so. The caller closes it.
 * @param title what is not tested then
 */
export async function startRunnerOrSkip(
  title: string,
  options: Partial<ProgramRunnerOptions> = {},
): Promise<ProgramRunner | undefined> {
  try {
    return await createProgramRunner({ runtime: 'auto', slots: 2, ...options });
  } catch (error) {
    if (!(error instanceof NoIsolationError)) throw error;
    process.stderr.write(`SKIPPED ${title}: ${error.message}\n`);
    return undefined;
  }
}
