import { CliError } from './cli-error.ts';
import { EXIT } from './exit-code.ts';

/** The two kinds of runs, by the first part of their names. */
export const RUN_KINDS = { trainingRuns: 'training', benchmarkRuns: 'benchmark' } as const;
export type RunKind = (typeof RUN_KINDS)[keyof typeof RUN_KINDS];

/**
 * The full name and kind of a run: `trainingRuns/x`, `benchmarkRuns/x`, or an id alone, which is a training run's.
 * @throws {CliError} for any other form
 */
export function parseRunName(text: string): { readonly kind: RunKind; readonly name: string } {
  const [, folder = 'trainingRuns', id] = /^(?:(trainingRuns|benchmarkRuns)\/)?([A-Za-z0-9._-]+)$/.exec(text) ?? [];
  if (id === undefined) {
    throw new CliError(EXIT.badInput, `NAME: expected trainingRuns/ID, benchmarkRuns/ID or ID, got '${text}'`);
  }
  return { kind: RUN_KINDS[folder as keyof typeof RUN_KINDS], name: `${folder}/${id}` };
}
