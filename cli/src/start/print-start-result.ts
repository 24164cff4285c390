import { formatDifference, formatInterval, formatSeconds } from '../output/format-figures.ts';
import type { Output } from '../output/output.ts';
import { outcomeTable } from '../output/print-training-result.ts';
import { textTable } from '../output/text-table.ts';
import { shownPath } from '../output/shown-path.ts';
import type { StartResult } from './run-start.ts';

/** Prints before against after, time by part and phase, and where everything lies. */
export function printStartResult(result: StartResult, reportFile: string, output: Output): void {
  const { before, after, training, difference, parts } = result;
  const [a, b] = [before.result, after.result];
  const firstPassAtK = ({ result: { passAtK } }: StartResult['before']): string =>
    passAtK[0] === undefined ? '-' : formatInterval(passAtK[0]);
  const rows = [
    ['test pass@1 [95 % interval]', firstPassAtK(before), firstPassAtK(after), formatDifference(difference)],
    ...[['SyntaxErrors', 'syntax_error'] as const].map(([title, outcome]) => {
      const [errors, left] = [a.outcomes[outcome] ?? 0, b.outcomes[outcome] ?? 0];
      const change =
        errors === 0 ? '' : `${left <= errors ? '-' : '+'}${((100 * Math.abs(left - errors)) / errors).toFixed(0)} %`;
      return [title, `${errors} of ${a.samples}`, `${left} of ${b.samples}`, change];
    }),
  ];
  output.text();
  for (const line of textTable(['', 'before', 'after', 'change'], rows)) output.text(line);
  output.text();
  const columns = [
    { title: 'before', outcomes: a.outcomes },
    { title: 'after', outcomes: b.outcomes },
  ];
  for (const line of outcomeTable(columns)) output.text(line);
  output.text();
  const phases = new Map<string, number>();
  for (const { metrics } of training.iterations) {
    for (const [phase, seconds] of Object.entries(metrics.phases))
      phases.set(phase, (phases.get(phase) ?? 0) + seconds);
  }
  const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const times = [
    ...parts.map(({ name, seconds }) => [name, formatSeconds(seconds)]),
    ...[...phases].map(([phase, seconds]) => [`  training: ${phase}`, formatSeconds(seconds)]),
    ['total', formatSeconds(total)],
  ];
  for (const line of textTable(['part', 'time'], times, ['left', 'right'])) output.text(line);
  output.text('(sampling and evaluation overlap)');
  output.text();
  output.text(`report       ${shownPath(reportFile)}`);
  output.text(`run          ${shownPath(training.storePath)}`);
  output.text(`checkpoint   ${shownPath(training.checkpoint?.path ?? '')}`);
  output.text(`             ${training.checkpoint?.digest ?? ''}`);
  output.data({ ...result, training: { ...training, steps: undefined }, report: reportFile });
}
