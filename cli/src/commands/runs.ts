import { randomUUID } from 'node:crypto';
import { FieldPath, trainingSettingsFromProto, trainingSettingsToProto } from '@leti/convert';
import { forkSettings, isFinalState, type RecordedTrainingRunEvent } from '@leti/leti';
import { BenchmarkRun, TrainingRun } from '@leti/proto';
import { Command } from 'commander';
import { type AnyRun, isTrainingRun, stateOf } from '../any-run.ts';
import { followBenchmarkRun, printBenchmarkResult } from '../benchmark-run.ts';
import { CliError } from '../cli-error.ts';
import { type CommandContext, type Environment, setAction } from '../command-context.ts';
import { inUserTerms } from '../describe-error.ts';
import { EXIT } from '../exit-code.ts';
import { trainingKeyOf } from '../field-names.ts';
import { formatDifference } from '../output/format-figures.ts';
import { printTrainingResult } from '../output/print-training-result.ts';
import { iterationTimes, phaseTable } from '../output/phase-table.ts';
import { textTable } from '../output/text-table.ts';
import { parseRunName } from '../run-name.ts';
import { addServiceOptions, collected, type ServiceOptions, wholeNumber } from '../service-options.ts';
import { overriddenSettings } from '../training-file.ts';
import type { ServiceClients } from '../supervisor/service-clients.ts';
import { followTrainingRun } from '../training-run.ts';
import { watchTrainingRun } from '../watch-runs.ts';
import { withServices } from '../with-services.ts';

interface ForkOptions extends ServiceOptions {
  readonly iteration?: number;
  readonly set?: readonly string[];
  readonly keepOptimizer?: boolean;
}

/** Of each command below `runs`. */
const EXAMPLES = {
  list: [['list'], ['list --limit 5 --json', '| jq -r .runs[].name']],
  show: [
    ['show 20261121-102003-417-3f2a9c', 'a training run by its id'],
    ['show 20261121-102003-417-3f2a9c --phases', 'what its iterations spent their time on'],
    ['show benchmarkRuns/20261121-103148-020-77c0d1'],
  ],
  watch: [['watch 20261121-102003-417-3f2a9c', 'until it ends, also across restarts of the trainer']],
  cancel: [['cancel 20261121-102003-417-3f2a9c']],
  pause: [['pause 20261121-102003-417-3f2a9c', 'until it is resumed; what is finished is kept']],
  resume: [['resume 20261121-102003-417-3f2a9c', 'a paused, failed or cancelled run goes on after its last group']],
  fork: [
    ['fork 20261121-102003-417-3f2a9c --iteration 2', 'a new run from that checkpoint, with the same settings'],
    ['fork 20261121-102003-417-3f2a9c --keep-optimizer --set fineTuning.learningRate=1e-5'],
  ],
  compare: [['compare benchmarkRuns/A benchmarkRuns/B']],
} as const satisfies Readonly<Record<string, readonly (readonly [command: string, remark?: string])[]>>;

const examples = (lines: readonly (readonly [command: string, remark?: string])[]): string =>
  `\nExamples:\n${lines.map(([command, remark = '']) => `  $ leti runs ${command.padEnd(46)}  ${remark}`.trimEnd()).join('\n')}`;

const instant = (time: Date | undefined): string => time?.toISOString().slice(0, 19).replace('T', ' ') ?? '-';

function taskOf(run: AnyRun): string {
  const task = isTrainingRun(run)
    ? run.settings?.problems?.source?.$case === 'task'
      ? run.settings.problems.source.value
      : undefined
    : run.settings?.task;
  return task === undefined ? 'inline' : `${task.task} ${task.split}`;
}

function progressOf(run: AnyRun): string {
  if (isTrainingRun(run)) return `${run.iterationsDone}/${run.settings?.iterations ?? 0} iterations`;
  return `${run.problemsDone}/${run.problemsTotal} problems`;
}

const jsonOf = (run: AnyRun): unknown => (isTrainingRun(run) ? TrainingRun.toJSON(run) : BenchmarkRun.toJSON(run));

function getRun(clients: ServiceClients, text: string, { signal }: CommandContext): Promise<AnyRun> {
  const { kind, name } = parseRunName(text);
  return kind === 'training'
    ? clients.trainer.getTrainingRun({ name }, { signal })
    : clients.benchmark.getBenchmarkRun({ name }, { signal });
}

/** @throws {CliError} for a benchmark run, which goes on by itself */
function trainingRunName(text: string): string {
  const { kind, name } = parseRunName(text);
  if (kind === 'training') return name;
  throw new CliError(EXIT.badInput, `NAME: expected a training run, got '${text}'; benchmark runs go on by themselves`);
}

/** The events of a training run up to the newest that it had when it was asked for. */
async function eventsSoFar(
  trainer: ServiceClients['trainer'],
  name: string,
  run: AnyRun,
  { signal, output }: CommandContext,
): Promise<RecordedTrainingRunEvent[]> {
  const events: RecordedTrainingRunEvent[] = [];
  const onOutage = (reason: string): void => output.note(`the trainer does not answer (${reason}); trying again`);
  for await (const event of watchTrainingRun(trainer, name, { signal, onOutage })) {
    events.push(event);
    if (isTrainingRun(run) && BigInt(event.number) >= run.lastEventNumber) break;
  }
  return events;
}

function show(run: AnyRun, { output }: CommandContext): void {
  const checkpoint = isTrainingRun(run) ? run.latestCheckpoint : run.settings?.checkpoint;
  const rows: [string, string][] = [
    ['state', stateOf(run)],
    ...(run.error === undefined ? [] : [['error', run.error.message] as [string, string]]),
    ['progress', progressOf(run)],
    ['problems', taskOf(run)],
    ['created', instant(run.createTime)],
    ['started', instant(run.startTime)],
    ['ended', instant(run.endTime)],
    ['run folder', run.storePath],
    ...(isTrainingRun(run) && run.forkedFrom !== undefined
      ? [['forked from', `iteration ${run.forkedFrom.iteration} of ${run.forkedFrom.run}`] as [string, string]]
      : []),
    ['checkpoint', checkpoint === undefined ? '-' : `${checkpoint.path} ${checkpoint.digest}`.trim()],
  ];
  output.text(run.name);
  for (const [name, value] of rows) output.text(`  ${name.padEnd(11)} ${value}`);
  const { settings } = jsonOf(run) as { settings?: unknown };
  output.text('  settings');
  for (const line of JSON.stringify(settings, undefined, 2).split('\n')) output.text(`    ${line}`);
  output.data(jsonOf(run));
}

/** `leti runs`: what was run, and what to do with it. */
export function runsCommand(environment: Environment): Command {
  const runs = new Command('runs').summary('list, show, watch, pause, resume, cancel, fork and compare runs');
  runs
    .description('Training and benchmark runs of running services.')
    .addHelpText('after', examples(Object.values(EXAMPLES).flat()));
  const add = <A extends readonly unknown[], O extends ServiceOptions = ServiceOptions>(
    signature: string,
    summary: string,
    needed: (...args: A) => readonly ('trainer' | 'benchmark')[],
    work: (clients: ServiceClients, context: CommandContext, options: O, ...args: A) => Promise<number | void>,
  ): Command => {
    const command = runs.command(signature).description(summary);
    command.addHelpText('after', examples(EXAMPLES[command.name() as keyof typeof EXAMPLES]));
    addServiceOptions(command, ['trainer', 'benchmark']);
    setAction<A, O>(command, environment, (context, options, ...args) =>
      withServices(needed(...args), { ...options, local: false }, context, async (clients) => {
        const code = await work(clients, context, options, ...args);
        return (code ?? EXIT.ok) as typeof EXIT.ok;
      }),
    );
    return command;
  };
  const ofName = (text: string): readonly ('trainer' | 'benchmark')[] => [
    parseRunName(text).kind === 'training' ? 'trainer' : 'benchmark',
  ];

  add<[], ServiceOptions & { limit: number }>(
    'list',
    'the newest runs of both kinds',
    () => ['trainer', 'benchmark'],
    async ({ trainer, benchmark }, { output, signal }, { limit }) => {
      const page = { pageSize: limit, pageToken: '' };
      const [training, scored] = await Promise.all([
        trainer.listTrainingRuns(page, { signal }),
        benchmark.listBenchmarkRuns(page, { signal }),
      ]);
      const newest = [...training.trainingRuns, ...scored.benchmarkRuns]
        .sort((a, b) => (b.createTime?.getTime() ?? 0) - (a.createTime?.getTime() ?? 0))
        .slice(0, limit);
      const rows = newest.map((run) => [run.name, stateOf(run), progressOf(run), taskOf(run), instant(run.createTime)]);
      for (const line of textTable(['name', 'state', 'progress', 'problems', 'created (UTC)'], rows)) output.text(line);
      output.data({ runs: newest.map(jsonOf) });
    },
  ).option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 20);

  add<[string], ServiceOptions & { phases?: boolean }>(
    'show <name>',
    'a run with its settings',
    ofName,
    async (clients, context, { phases }, text) => {
      const run = await getRun(clients, text, context);
      if (phases !== true) return show(run, context);
      const times = iterationTimes(await eventsSoFar(clients.trainer, trainingRunName(text), run, context));
      for (const line of phaseTable(times)) context.output.text(line);
      context.output.data({ name: run.name, iterations: times });
    },
  ).option('--phases', 'instead, what each iteration of a training run spent its time on');

  add<[string], ServiceOptions & { after: number }>(
    'watch <name>',
    'follow a run until it ends',
    ofName,
    async (clients, context, { after }, text) => {
      const run = await getRun(clients, text, context);
      if (isTrainingRun(run)) {
        const result = await followTrainingRun(
          clients.trainer,
          run.name,
          run.settings?.iterations ?? 0,
          context,
          after,
        );
        printTrainingResult(result, context.output);
        return result.state === 'succeeded' ? EXIT.ok : EXIT.failed;
      }
      const result = await followBenchmarkRun(clients.benchmark, run.name, context);
      printBenchmarkResult(result, context.output);
      return result.state === 'succeeded' ? EXIT.ok : EXIT.failed;
    },
  ).option('--after <number>', 'leave out events up to this number', wholeNumber(0), 0);

  add<[string]>('cancel <name>', 'ask a run to stop', ofName, async ({ trainer, benchmark }, context, _, text) => {
    const { kind, name } = parseRunName(text);
    const { signal, output } = context;
    const run =
      kind === 'training'
        ? await trainer.cancelTrainingRun({ name }, { signal })
        : await benchmark.cancelBenchmarkRun({ name }, { signal });
    const state = stateOf(run);
    output.text(`${run.name} ${state}; ${isFinalState(state) ? 'nothing runs' : 'it stops at the next group or step'}`);
    output.data(jsonOf(run));
  });

  add<[string]>(
    'pause <name>',
    'stop a training run until it is resumed',
    ofName,
    async (clients, context, _, text) => {
      const name = trainingRunName(text);
      const run = await clients.trainer.pauseTrainingRun({ name }, { signal: context.signal });
      const state = stateOf(run);
      const when = state === 'paused' ? '' : '; it stops at the next group or step';
      context.output.text(`${run.name} ${state}${when}; 'leti runs resume ${name}' lets it go on`);
      context.output.data(jsonOf(run));
    },
  );

  add<[string]>(
    'resume <name>',
    'queue a paused, failed or cancelled training run again',
    ofName,
    async ({ trainer }, context, _, text) => {
      const run = await trainer.resumeTrainingRun({ name: trainingRunName(text) }, { signal: context.signal });
      context.output.text(`${run.name} ${stateOf(run)}; follow it with 'leti runs watch ${run.name}'`);
      context.output.data(jsonOf(run));
    },
  );

  add<[string], ForkOptions>(
    'fork <name>',
    'start a training run from a checkpoint of another',
    () => ['trainer'],
    async ({ trainer }, { output, signal }, { iteration, set, keepOptimizer = false }, text) => {
      const name = trainingRunName(text);
      const source = await trainer.getTrainingRun({ name }, { signal });
      const chosen = iteration ?? source.iterationsDone;
      const own = FieldPath.validated((at) => trainingSettingsFromProto(source.settings, at.field('settings')));
      const settings =
        set && trainingSettingsToProto(overriddenSettings(forkSettings(own, chosen), `settings of ${name}`, set));
      const request = { name, iteration: chosen, settings, keepOptimizer, requestId: randomUUID() };
      const run = await inUserTerms('the trainer refused the fork', trainingKeyOf, trainer.forkTrainingRun(request));
      output.text(
        `${run.name} ${stateOf(run)}, from iteration ${chosen} of ${name}; follow it with 'leti runs watch ${run.name}'`,
      );
      output.data(jsonOf(run));
    },
  )
    .option('--iteration <n>', 'whose checkpoint; 0 is the base (default: the newest finished one)', wholeNumber(0))
    .option('--set <key=value>', 'a setting over those of the run; may be repeated', collected)
    .option('--keep-optimizer', 'go on with the optimizer’s moments, the warm-up and the place in the corpus');

  add<[string, string]>(
    'compare <base> <other>',
    'the difference of two benchmark runs in pass@1',
    () => ['benchmark'],
    async ({ benchmark }, { output, signal }, _, base, other) => {
      for (const text of [base, other]) {
        if (parseRunName(text).kind === 'benchmark') continue;
        throw new CliError(EXIT.badInput, `expected a benchmark run, benchmarkRuns/ID, got '${text}'`);
      }
      const result = await benchmark.compareBenchmarkRuns({ base, other }, { signal });
      const { problems, difference: estimate, low, high } = result;
      output.text(
        `pass@1 of ${other} − ${base} over ${problems} problems: ${formatDifference({ estimate, low, high })}`,
      );
      output.data(result);
    },
  );
  return runs;
}
