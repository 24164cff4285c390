import { randomUUID } from 'node:crypto';
import type { BenchmarkSettings } from '@leti/leti';
import { Command, Option } from 'commander';
import { createBenchmarkRun, followBenchmarkRun, printBenchmarkResult } from '../benchmark-run.ts';
import { cancelOnInterrupt } from '../cancel-on-interrupt.ts';
import { type Environment, setAction } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { flagsOf } from '../field-names.ts';
import {
  addSamplingOptions,
  dataFolderOf,
  SAMPLING_FLAGS,
  samplingParameters,
  type SamplingOptions,
} from '../sampling-options.ts';
import { addDataOption, addLocalOptions, type LocalOptions, wholeNumber, wholeNumbers } from '../service-options.ts';
import { absoluteUnlessName } from '../training-file.ts';
import { withServices } from '../with-services.ts';

interface BenchmarkOptions extends LocalOptions, SamplingOptions {
  readonly task: string;
  readonly split: string;
  readonly limit: number;
  readonly data?: string;
  readonly checkpoint: string;
  readonly k?: readonly number[];
}

const EXAMPLES = `
Examples:
  $ leti benchmark --task micro                                   the base model on micro's test problems
  $ leti benchmark --task micro --checkpoint store/runs/ID/checkpoints/006 --condition good
  $ leti benchmark --task mbpp --data ../data -n 20 --temperature 0.8 --k 1 --k 10
  $ leti benchmark --task humaneval --data ../data -n 10 --k 1 --k 10
  $ leti benchmark --task micro --json | jq .result.passAtK
Without --stop, humaneval's samples end before the texts that its paper names: a class, def, #, if or print at line start.`;

/** Request fields → flags, for messages. */
const FLAGS = Object.fromEntries(
  Object.entries({
    ...SAMPLING_FLAGS,
    'task.task': '--task',
    'task.split': '--split',
    'task.limit': '--limit',
    'task.data_folder': '--data',
    'checkpoint.path': '--checkpoint',
    checkpoint: '--checkpoint',
    ks: '--k',
  }).map(([field, flag]) => [`settings.${field}`, flag]),
);

/** `leti benchmark`: a checkpoint's pass@k on a part of a task. */
export function benchmarkCommand(environment: Environment): Command {
  const command = new Command('benchmark')
    .summary('score a checkpoint: pass@k with intervals')
    .description('Score a checkpoint on a part of a task: pass@k with 95 % intervals, and how programs ended.')
    .requiredOption('--task <task>', 'micro, unfamiliar, mbpp or humaneval')
    .option('--split <split>', 'part of the task', 'test')
    .option('--limit <n>', 'the first so many problems; 0 takes all', wholeNumber(0), 0)
    .option('--checkpoint <dir>', 'model folder, or micro-base', 'micro-base')
    .addOption(
      new Option('--k <k>', 'a k of pass@k, at most n; may be repeated (default: 1)').argParser(wholeNumbers(1, 1024)),
    );
  addSamplingOptions(addDataOption(addLocalOptions(command, ['generator', 'evaluator', 'benchmark'])), {
    n: 10,
    temperature: 0.1,
  });
  command.addHelpText('after', EXAMPLES);
  return setAction<[], BenchmarkOptions>(command, environment, async (context, options) => {
    const { task, split, limit, data } = options;
    const settings: BenchmarkSettings = {
      task: { task, split, dataFolder: dataFolderOf(data), limit: limit === 0 ? undefined : limit },
      checkpoint: { path: absoluteUnlessName(options.checkpoint), digest: undefined },
      samplesPerProblem: options.n,
      condition: options.condition,
      sampling: samplingParameters(options),
      ks: options.k ?? [1],
      limits: {},
      seed: options.seed,
    };
    return withServices(['evaluator', 'generator', 'benchmark'], options, context, async (clients, broughtUp) => {
      const { benchmark } = clients;
      const { name } = await createBenchmarkRun(benchmark, settings, randomUUID(), flagsOf(FLAGS));
      context.output.note(name);
      const following = followBenchmarkRun(benchmark, name, context);
      const result = await (broughtUp.includes('benchmark')
        ? cancelOnInterrupt(name, clients, context, following)
        : following);
      printBenchmarkResult(result, context.output);
      return result.state === 'succeeded' ? EXIT.ok : EXIT.failed;
    });
  });
}
