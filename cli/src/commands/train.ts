import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { cancelOnInterrupt } from '../cancel-on-interrupt.ts';
import { type Environment, setAction } from '../command-context.ts';
import { addDataOption, addLocalOptions, collected, type LocalOptions } from '../service-options.ts';
import { createTrainingRun, followTrainingRun, planTrainingRun } from '../training-run.ts';
import { readTrainingFile } from '../training-file.ts';
import { EXIT } from '../exit-code.ts';
import { printTrainingPlan } from '../output/print-training-plan.ts';
import { printTrainingResult } from '../output/print-training-result.ts';
import { withServices } from '../with-services.ts';

interface TrainOptions extends LocalOptions {
  readonly config: string;
  readonly data?: string;
  readonly set?: readonly string[];
  readonly detach?: boolean;
  readonly dryRun?: boolean;
}

const EXAMPLES = `
Examples:
  $ leti train --config services/trainer/configs/micro.yaml
  $ leti train --config services/trainer/configs/micro.yaml --set iterations=2 --set fineTuning.learningRate=1e-4
  $ leti train --config services/trainer/configs/micro.yaml --dry-run   counts, memory, time; nothing is run
  $ leti train --config services/trainer/configs/mbpp.yaml --data ../data
  $ leti train --config run.yaml --no-local --detach    create the run on running services and leave`;

/** `leti train`: one training run, watched until it ends. */
export function trainCommand(environment: Environment): Command {
  const command = new Command('train')
    .summary('train a model on what the interpreter says')
    .description('Create a training run from a YAML file and watch it until it ends.')
    .requiredOption('--config <file>', 'the run’s settings, a YAML file');
  addDataOption(addLocalOptions(command, ['generator', 'evaluator', 'trainer']))
    .option('--set <key=value>', 'a setting over the file’s; may be repeated', collected)
    .option('--dry-run', 'look everything up, print what the run would do, need and take, and make none')
    .option('--detach', 'print the run’s name and leave; the services must be running')
    .addHelpText('after', EXAMPLES);
  return setAction<[], TrainOptions>(command, environment, async (context, options) => {
    const data = options.data === undefined ? [] : [`problems.dataFolder=${resolve(options.data)}`];
    const settings = readTrainingFile(options.config, [...data, ...(options.set ?? [])]);
    if (options.dryRun === true)
      return withServices(['trainer'], options, context, async ({ trainer }) => {
        printTrainingPlan(await planTrainingRun(trainer, settings), context.output);
      });
    const needed = options.detach === true ? (['trainer'] as const) : (['evaluator', 'generator', 'trainer'] as const);
    const local = options.local && options.detach !== true;
    return withServices(needed, { ...options, local }, context, async (clients, broughtUp) => {
      const { trainer } = clients;
      const { name } = await createTrainingRun(trainer, settings, randomUUID());
      if (options.detach === true) {
        context.output.text(name);
        context.output.data({ name });
        return EXIT.ok;
      }
      context.output.note(`${name}`);
      const following = followTrainingRun(trainer, name, settings.iterations, context);
      // On somebody else's trainer the run simply goes on.
      const result = await (broughtUp.includes('trainer')
        ? cancelOnInterrupt(name, clients, context, following)
        : following.catch((error: unknown) => {
            const goesOn = `${name} goes on: 'leti runs watch ${name}' follows it, 'leti runs cancel ${name}' stops it`;
            if (context.signal.aborted) context.output.note(goesOn);
            throw error;
          }));
      printTrainingResult(result, context.output);
      return result.state === 'succeeded' ? EXIT.ok : EXIT.failed;
    });
  });
}
