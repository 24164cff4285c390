import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AddressOptions, addressVariable } from './addresses.ts';
import { type RuntimeChoice, RUNTIMES } from './evaluator-runtime.ts';
import { SERVICE_NAMES, type ServiceName, serviceTitle } from './supervisor/service-definition.ts';

/** Options of every command that talks to services. */
export interface ServiceOptions extends AddressOptions {
  readonly store: string;
  readonly json?: boolean;
}

/** What a command says about isolation. */
export interface RuntimeOptions {
  readonly runtime?: RuntimeChoice;
  /** The same as the runtime unsafe-process. */
  readonly unsafe?: boolean;
}

/** Options of commands that can bring services up by themselves. */
export interface LocalOptions extends ServiceOptions, RuntimeOptions {
  /** Bring up what does not answer; on unless `--no-local`. */
  readonly local: boolean;
  /** Bring up all of them, at ports from here on. */
  readonly basePort?: number;
}

/** A whole number in [least, most], for an option's value. */
export const wholeNumber =
  (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };

/** Whole numbers in [least, most], for an option that may be given several times. */
export const wholeNumbers =
  (least: number, most?: number) =>
  (text: string, before: readonly number[] = []): readonly number[] => [...before, wholeNumber(least, most)(text)];

/** The first of four ports in a row, or 0. */
export const basePort = wholeNumber(0, 65_532);

/** A number in [least, most], for an option's value. */
export const realNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
  };

const MAX_SEED = (1n << 64n) - 1n;

/** A seed, for an option's value. */
export function seedNumber(text: string): bigint {
  if (/^\d{1,20}$/.test(text) && BigInt(text) <= MAX_SEED) return BigInt(text);
  throw new InvalidArgumentError(`Expected a whole number from 0 to ${MAX_SEED}.`);
}

/** For an option that may be given several times. */
export const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** A host:port, for an option's value. */
export function address(text: string): string {
  const port = Number(/^(?:[^:\s]+|\[[^\]]+\]):(\d+)$/.exec(text)?.[1]);
  if (port >= 1 && port <= 65_535) return text;
  throw new InvalidArgumentError("Expected host:port, e.g. '127.0.0.1:50051'.");
}

const addressOption = (service: ServiceName): Option =>
  new Option(`--${service}-address <host:port>`, `where the ${serviceTitle(service)} is`)
    .env(addressVariable(service))
    .argParser(address);

/** Adds `--store`, `--json` and the addresses of services. */
export function addServiceOptions(command: Command, services: readonly ServiceName[] = SERVICE_NAMES): Command {
  command.addOption(new Option('--store <dir>', 'folder of runs and logs').env('LETI_STORE').default('store'));
  command.option('--json', 'print results as JSON on stdout');
  for (const service of services) command.addOption(addressOption(service));
  return command;
}

/** Adds {@link addServiceOptions} and the choice to bring services up. */
export function addLocalOptions(command: Command, services: readonly ServiceName[]): Command {
  addServiceOptions(command, services);
  command.option('--no-local', 'fail when a service does not answer, instead of bringing it up for this command');
  command.option('--base-port <port>', 'bring up own services at ports from here on; 0 takes free ones', basePort);
  // Without an evaluator nothing runs programs.
  return services.includes('evaluator') ? addRuntimeOptions(command) : command;
}

/** Adds `--runtime` and `--unsafe`. */
export function addRuntimeOptions(command: Command): Command {
  const runtime = new Option('--runtime <runtime>', 'what isolates programs; auto: sandlock, else gvisor')
    .env('LETI_EVALUATOR_RUNTIME')
    .choices(RUNTIMES);
  const unsafe = new Option(
    '--unsafe',
    'let an evaluator started here run programs without isolation, if this machine has none',
  );
  return command.addOption(runtime).addOption(unsafe.conflicts('runtime'));
}

/** The runtime to start an evaluator with; undefined leaves it to the evaluator. */
export const runtimeOf = ({ runtime, unsafe }: RuntimeOptions): RuntimeChoice | undefined =>
  unsafe === true ? 'unsafe-process' : runtime;

/** Adds `--data`. */
export function addDataOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--data <dir>',
      'folder with official benchmark files: humaneval/HumanEval.jsonl.gz, mbpp/mbpp.jsonl',
    ).env('LETI_DATA'),
  );
}
