import { benchmarkResultFromProto, benchmarkSettingsToProto, FieldPath } from '@leti/convert';
import type { BenchmarkResult, BenchmarkSettings, RunState } from '@leti/leti';
import type { BenchmarkRun } from '@leti/proto';
import { stateOf } from './any-run.ts';
import type { CommandContext } from './command-context.ts';
import { inUserTerms } from './describe-error.ts';
import { formatPassAtK, formatSeconds } from './output/format-figures.ts';
import type { Output } from './output/output.ts';
import { outcomeTable } from './output/print-training-result.ts';
import { createProgressDisplay } from './progress/progress-display.ts';
import type { ServiceClients } from './supervisor/service-clients.ts';
import { watchBenchmarkRun } from './watch-runs.ts';

/** What a watched benchmark run came to. */
export interface BenchmarkRunResult {
  readonly name: string;
  readonly state: RunState;
  /** Why it failed; empty otherwise. */
  readonly error: string;
  readonly storePath: string;
  /** Set when it succeeded. */
  readonly result: BenchmarkResult | undefined;
}

/** Creates a benchmark run. @param nameOf a field of the request → what the user calls it */
export function createBenchmarkRun(
  benchmark: ServiceClients['benchmark'],
  settings: BenchmarkSettings,
  requestId: string,
  nameOf: (field: string) => string,
): Promise<BenchmarkRun> {
  return inUserTerms(
    'the benchmark service refused the settings',
    nameOf,
    benchmark.createBenchmarkRun({ settings: benchmarkSettingsToProto(settings), requestId }),
  );
}

/** Watches a benchmark run until it ends, with progress. @param label begins the progress lines */
export async function followBenchmarkRun(
  benchmark: ServiceClients['benchmark'],
  name: string,
  { output, signal }: CommandContext,
  label = 'benchmark',
): Promise<BenchmarkRunResult> {
  const display = createProgressDisplay(output);
  const onOutage = (reason: string): void =>
    display.line(`note: the benchmark service does not answer (${reason}); trying again`);
  let last: BenchmarkRun | undefined;
  try {
    for await (const run of watchBenchmarkRun(benchmark, name, { signal, onOutage })) {
      last = run;
      const { problemsDone: value, problemsTotal: total } = run;
      if (total > 0) display.show({ label: `${label}  problems`, value, total, remark: '' });
    }
  } finally {
    display.close();
  }
  const run = last ?? (await benchmark.getBenchmarkRun({ name }, { signal }));
  return FieldPath.validated((at) => ({
    name,
    state: stateOf(run),
    error: run.error?.message ?? '',
    storePath: run.storePath,
    result: run.result === undefined ? undefined : benchmarkResultFromProto(run.result, at.field('result')),
  }));
}

/** Prints what a benchmark run came to: pass@k with intervals, outcomes, where things lie. */
export function printBenchmarkResult(run: BenchmarkRunResult, output: Output): void {
  const { name, state, error, storePath, result } = run;
  if (result !== undefined) {
    output.text(`${result.problems} problems, ${result.samples} samples`);
    for (const { k, ...interval } of result.passAtK) output.text(formatPassAtK(k, interval));
    output.text();
    for (const line of outcomeTable([{ title: 'samples', outcomes: result.outcomes }])) output.text(line);
    output.text();
    const phases = Object.entries(result.phases).map(([phase, seconds]) => `${phase} ${formatSeconds(seconds)}`);
    output.text(`time: ${phases.join(', ')}`);
    output.text(`weights: ${result.weightsDigest}`);
  }
  output.text(`${name} ${state}`);
  if (error !== '') output.text(`error: ${error}`);
  output.text(`run folder: ${storePath}`);
  output.data(run);
}
