import { Command, CommanderError } from 'commander';
import type { Environment } from './command-context.ts';
import { benchmarkCommand } from './commands/benchmark.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { modelCommand } from './commands/model.ts';
import { runsCommand } from './commands/runs.ts';
import { sampleCommand } from './commands/sample.ts';
import { startCommand } from './commands/start.ts';
import { trainCommand } from './commands/train.ts';
import { upCommand } from './commands/up.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { createOutput } from './output/output.ts';

const HELP = `
Exit codes: 0 ok; 1 the run failed, the program did not pass, or a check failed; 2 bad usage or input;
3 a service does not answer or cannot be started; 130 interrupted.
Results go to stdout, progress to stderr; --json makes results readable by programs.
Settings: flags over environment (LETI_STORE, LETI_DATA, LETI_GENERATOR_ADDRESS, …) over defaults.`;

const COMMANDS = [
  startCommand,
  doctorCommand,
  upCommand,
  trainCommand,
  runsCommand,
  modelCommand,
  sampleCommand,
  evaluateCommand,
  benchmarkCommand,
];

/** Where the program writes and what stops it. */
export interface ProgramStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/** Runs `leti` with these arguments, those after the program's name. @returns its exit code; it never throws */
export async function runProgram(
  args: readonly string[],
  { stdout, stderr, signal }: ProgramStreams,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const environment: Environment = {
    createOutput: (options) => createOutput(options, stdout, stderr),
    signal,
    end: (ended) => {
      code = ended;
    },
  };
  const program = new Command('leti')
    .description('Fine-tune a code model on what the Python interpreter says about its programs.')
    .version('0.1.0')
    .addHelpText('after', HELP);
  for (const create of COMMANDS) program.addCommand(create(environment));
  for (const command of withDescendants(program)) {
    command.exitOverride().showHelpAfterError('(leti --help and leti COMMAND --help say more)');
    command.configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for is a success; any other complaint is about usage.
    return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  }
  return code;
}

const withDescendants = (command: Command): Command[] => [command, ...command.commands.flatMap(withDescendants)];
