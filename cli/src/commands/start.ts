import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { chooseAddresses } from '../addresses.ts';
import { type Environment, setAction } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import {
  addDataOption,
  addRuntimeOptions,
  addServiceOptions,
  basePort,
  collected,
  type RuntimeOptions,
  runtimeOf,
  seedNumber,
  type ServiceOptions,
  wholeNumber,
} from '../service-options.ts';
import { printStartResult } from '../start/print-start-result.ts';
import { type JobPart, runStart } from '../start/run-start.ts';
import { MICRO_CONFIG, startPlan } from '../start/start-plan.ts';
import { reportData, writeReport } from '../start/write-report.ts';
import { closeServiceClients, createServiceClients } from '../supervisor/service-clients.ts';
import { SERVICE_NAMES } from '../supervisor/service-definition.ts';
import { claimStore } from '../supervisor/services-file.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { noteSupervisorEvent } from '../with-services.ts';

interface StartOptions extends ServiceOptions, RuntimeOptions {
  readonly config: string;
  readonly data?: string;
  readonly seed?: bigint;
  readonly iterations?: number;
  readonly set?: readonly string[];
  readonly quick?: boolean;
  readonly testSamples: number;
  readonly testLimit: number;
  readonly basePort?: number;
}

const EXAMPLES = `
Examples:
  $ npm start                            the micro model learns, in minutes, on this machine
  $ npm start -- --seed 1 --store runs-1
  $ npm start -- --quick                 the same in seconds, too small to learn much
  $ leti start --config my.yaml --iterations 3 --json
It starts the four services, scores the base model, trains it, scores the result, and writes report.html. A service
that dies is started again, and the run goes on.`;

/** How long the services may take to come back before a call is given up; attempts back off to five seconds. */
const PATIENT = { maxAttempts: 40 };

/** `leti start`: the whole of LETI on this machine, from base model to report. */
export function startCommand(environment: Environment): Command {
  const command = new Command('start')
    .summary('the whole of LETI on this machine: score, train, score, report')
    .description('Start the services, score the base model, train it, score the result, and write a report.')
    .addOption(
      new Option('--config <file>', 'the training run’s settings').default(MICRO_CONFIG, 'micro.yaml of the trainer'),
    );
  addRuntimeOptions(addDataOption(addServiceOptions(command)))
    .option('--seed <number>', 'every random choice derives from it (default: the file’s)', seedNumber)
    .option('--iterations <n>', 'iterations to train (default: the file’s)', wholeNumber(1))
    .option('--set <key=value>', 'a setting over the file’s; may be repeated', collected)
    .option('--quick', 'a run of seconds, which shows that everything works')
    .option('--test-samples <n>', 'samples per test problem', wholeNumber(1, 1024), 10)
    .option('--test-limit <n>', 'the first so many test problems; 0 takes all', wholeNumber(0), 0)
    .option('--base-port <port>', 'the first of four ports in a row; 0 takes free ones', basePort)
    .addHelpText('after', EXAMPLES);
  return setAction<[], StartOptions>(command, environment, async (context, options) => {
    const { output, signal } = context;
    const store = resolve(options.store);
    const plan = startPlan({
      config: options.config,
      sets: [
        ...(options.data === undefined ? [] : [`problems.dataFolder=${resolve(options.data)}`]),
        ...(options.set ?? []),
        ...(options.iterations === undefined ? [] : [`iterations=${options.iterations}`]),
        ...(options.seed === undefined ? [] : [`seed=${options.seed}`]),
      ],
      quick: options.quick === true,
      samples: options.testSamples,
      limit: options.testLimit,
    });
    const addresses = await chooseAddresses(options);
    const release = await claimStore(store, addresses);
    const clients = createServiceClients(addresses, PATIENT);
    let supervisor: Supervisor | undefined;
    try {
      const started = performance.now();
      output.note(`starting the services; runs in ${store}`);
      supervisor = await Supervisor.start({
        services: SERVICE_NAMES,
        deployment: { addresses, store, data: undefined, runtime: runtimeOf(options) },
        onEvent: (event) => noteSupervisorEvent(event, (line) => output.note(line)),
        signal,
      });
      const parts: JobPart[] = [{ name: 'start services', seconds: (performance.now() - started) / 1000 }];
      const result = await Promise.race([runStart(plan, clients, context, parts), supervisor.hopeless]);
      const report = await writeReport(result.training.storePath, await reportData(plan, result, new Date()));
      printStartResult(result, report, output);
      return EXIT.ok;
    } finally {
      closeServiceClients(clients);
      await supervisor?.stop();
      await release();
    }
  });
}
