import { join } from 'node:path';
import { type Outcome, OUTCOMES, type OutcomeCounts } from '@leti/leti';
import type { TrainingRunResult } from '../training-run.ts';
import { formatSeconds, formatShare } from './format-figures.ts';
import type { Output } from './output.ts';
import { shownPath } from './shown-path.ts';
import { textTable } from './text-table.ts';

/** Outcomes that are worth a row even when none had them. */
const ALWAYS: readonly Outcome[] = ['passed', 'failed_assertion', 'exception', 'syntax_error'];

/** A row per outcome that occurred and per common one, a column per iteration or benchmark. */
export function outcomeTable(
  columns: readonly { readonly title: string; readonly outcomes: OutcomeCounts }[],
): string[] {
  const occurred = (outcome: Outcome): boolean => columns.some(({ outcomes }) => (outcomes[outcome] ?? 0) > 0);
  const rows = OUTCOMES.filter((outcome) => ALWAYS.includes(outcome) || occurred(outcome)).map((outcome) => [
    outcome.replaceAll('_', ' '),
    ...columns.map(({ outcomes }) => String(outcomes[outcome] ?? 0)),
  ]);
  const titles = columns.map(({ title }) => title);
  return textTable(['outcome', ...titles], rows, ['left', ...titles.map(() => 'right' as const)]);
}

/** Prints what a training run came to: pass@1 and losses by iteration, the outcome table, where things lie. */
export function printTrainingResult(result: TrainingRunResult, output: Output): void {
  const { name, state, error, storePath, iterations, checkpoint, seconds } = result;
  if (iterations.length > 0) {
    const rows = iterations.map(({ iteration, metrics }) => [
      String(iteration),
      String(metrics.samples),
      String(metrics.distinctPrograms),
      formatShare(metrics.trainPassAt1),
      metrics.fcftLoss.toFixed(3),
      metrics.pretrainingLoss > 0 ? metrics.pretrainingLoss.toFixed(3) : '-',
      ...(['sample', 'evaluate', 'train'] as const).map((phase) => formatSeconds(metrics.phases[phase] ?? 0)),
    ]);
    const head = [
      'iteration',
      'samples',
      'distinct',
      'pass@1',
      'FCFT loss',
      'pre-training',
      'sample',
      'evaluate',
      'train',
    ];
    for (const line of textTable(
      head,
      rows,
      head.map(() => 'right' as const),
    ))
      output.text(line);
    output.text();
    const columns = iterations.map(({ iteration, metrics }) => ({
      title: `it. ${iteration}`,
      outcomes: metrics.outcomes,
    }));
    for (const line of outcomeTable(columns)) output.text(line);
    output.text();
  }
  output.text(`${name} ${state}${seconds > 0 ? ` in ${formatSeconds(seconds)}` : ''}`);
  if (error !== '') output.text(`error: ${error}`);
  output.text(`run folder: ${shownPath(storePath)}`);
  const last = iterations.at(-1);
  if (last !== undefined) {
    const folder = String(last.iteration).padStart(3, '0');
    output.text(`feedback: ${shownPath(join(storePath, 'iterations', folder, 'fcft.jsonl'))}`);
  }
  if (checkpoint !== undefined) output.text(`checkpoint: ${shownPath(checkpoint.path)} (${checkpoint.digest})`);
  output.data({ name, state, error, storePath, checkpoint, seconds, iterations });
}
