import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { chooseAddresses } from '../addresses.ts';
import { type Environment, setAction } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import {
  addDataOption,
  addRuntimeOptions,
  address,
  addServiceOptions,
  basePort,
  type RuntimeOptions,
  runtimeOf,
  type ServiceOptions,
} from '../service-options.ts';
import { SERVICE_NAMES } from '../supervisor/service-definition.ts';
import { claimStore } from '../supervisor/services-file.ts';
import { logFolder, Supervisor } from '../supervisor/supervisor.ts';
import { noteSupervisorEvent } from '../with-services.ts';

interface UpOptions extends ServiceOptions, RuntimeOptions {
  readonly host: string;
  readonly basePort?: number;
  readonly data?: string;
  readonly metricsAddress?: string;
}

const EXAMPLES = `
Examples:
  $ leti up                              the four services at their default ports, runs in ./store
  $ leti up --store /data/leti --data ../data
  $ leti up --runtime gvisor --metrics-address 127.0.0.1:9090
  $ leti up --base-port 0                at free ports; other commands find them through the store
Ctrl-C drains and stops them. A service that dies is started again.`;

/** `leti up`: the four services of this machine, until the user stops them. */
export function upCommand(environment: Environment): Command {
  const command = new Command('up')
    .summary('start the four services')
    .description('Start the four services and keep them running.');
  addRuntimeOptions(addDataOption(addServiceOptions(command)))
    .option('--host <host>', 'where they listen', '127.0.0.1')
    .option('--base-port <port>', 'the first of four ports in a row; 0 takes free ones', basePort)
    .addOption(
      new Option(
        '--metrics-address <host:port>',
        'serve the evaluator’s metrics for Prometheus here, as /metrics (default: not served)',
      ).argParser(address),
    )
    .addHelpText('after', EXAMPLES);
  return setAction<[], UpOptions>(command, environment, async ({ output, signal }, options) => {
    const store = resolve(options.store);
    const addresses = await chooseAddresses(options);
    const release = await claimStore(store, addresses);
    try {
      const supervisor = await Supervisor.start({
        services: SERVICE_NAMES,
        deployment: {
          addresses,
          store,
          data: options.data === undefined ? undefined : resolve(options.data),
          runtime: runtimeOf(options),
          metricsAddress: options.metricsAddress,
        },
        onEvent: (event) => {
          if (event.kind === 'ready') output.text(`${event.service.padEnd(10)} ${event.address}`);
          noteSupervisorEvent(event, (line) => output.note(line));
        },
        signal,
      });
      output.text(`runs in ${store}, logs in ${logFolder(store)}; Ctrl-C stops`);
      output.data({ state: 'up', addresses, store, pids: supervisor.pids });
      await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
      output.note('stopping');
      await supervisor.stop();
      return EXIT.ok;
    } finally {
      await release();
    }
  });
}
