import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { evaluationFromProto, FieldPath, programToProto } from '@leti/convert';
import type { Evaluation, Program } from '@leti/leti';
import { Command } from 'commander';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import { type Environment, setAction } from '../command-context.ts';
import { inUserTerms } from '../describe-error.ts';
import { EXIT } from '../exit-code.ts';
import { flagsOf } from '../field-names.ts';
import type { Output } from '../output/output.ts';
import { addLocalOptions, collected, type LocalOptions, wholeNumber } from '../service-options.ts';
import { splitTests } from '../split-tests.ts';
import { withServices } from '../with-services.ts';

interface EvaluateOptions extends LocalOptions {
  readonly tests?: string;
  readonly test?: readonly string[];
  readonly setup?: string;
  readonly prompt?: string;
  readonly cpuTimeMs?: number;
  readonly wallTimeMs?: number;
  readonly memoryBytes?: number;
}

const EXAMPLES = `
Examples:
  $ leti evaluate solution.py --tests tests.py
  $ leti evaluate solution.py --test 'assert add(1, 2) == 3' --test 'assert add(0, 0) == 0'
  $ echo '{"solution": "def f(): return 1", "tests": ["assert f() == 1"]}' | leti evaluate - --json
Exit code 0 when the program passes, 1 when it does not. The solution runs in the evaluator's sandbox; tests and
their expected values stay out of its reach.`;

/** `leti evaluate`: one program's verdict. */
export function evaluateCommand(environment: Environment): Command {
  const command = new Command('evaluate')
    .summary('run a solution with its tests, in the sandbox')
    .description('Run a solution with its tests in the sandbox, and print how it ended and what the interpreter said.')
    .argument('<file>', 'the solution, a Python file; - reads {"solution", "tests", …} as JSON from stdin')
    .option('--tests <file>', 'a Python file of tests')
    .option('--test <statement>', 'a test; may be repeated', collected)
    .option('--setup <code>', 'Python to run before the tests')
    .option('--prompt <text>', 'text before the solution, counted in line numbers')
    .option('--cpu-time-ms <ms>', 'CPU time limit', wholeNumber(1))
    .option('--wall-time-ms <ms>', 'wall time limit', wholeNumber(1))
    .option('--memory-bytes <bytes>', 'memory limit', wholeNumber(1));
  addLocalOptions(command, ['evaluator']).addHelpText('after', EXAMPLES);
  return setAction<[string], EvaluateOptions>(command, environment, async (context, options, file) => {
    const program = file === '-' ? programFromJson(await text(process.stdin)) : await programFromFile(file, options);
    return withServices(['evaluator'], options, context, async ({ evaluator }) => {
      const evaluation = await inUserTerms(
        'the evaluator refused the program',
        flagsOf(FLAGS),
        evaluator.evaluateProgram({ program: programToProto(program) }, { signal: context.signal }),
      );
      const verdict = FieldPath.validated((at) => evaluationFromProto(evaluation, at));
      printEvaluation(verdict, program, context.output);
      return verdict.outcome === 'passed' ? EXIT.ok : EXIT.failed;
    });
  });
}

/** Request fields → flags, for messages. */
const FLAGS: Readonly<Record<string, string>> = {
  'program.limits.cpu_time': '--cpu-time-ms',
  'program.limits.wall_time': '--wall-time-ms',
  'program.limits.memory_bytes': '--memory-bytes',
  'program.tests': '--tests',
};

async function programFromFile(file: string, options: EvaluateOptions): Promise<Program> {
  const { tests: testFile, test = [], setup = '', prompt = '', cpuTimeMs, wallTimeMs, memoryBytes } = options;
  const solution = await readFile(file, 'utf8');
  const fromFile =
    testFile === undefined ? undefined : await splitTests(await readFile(testFile, 'utf8'), `--tests ${testFile}`);
  const tests = [...(fromFile?.tests ?? []), ...test];
  if (tests.length === 0)
    throw new CliError(EXIT.badInput, 'expected tests, by --tests FILE or --test STATEMENT, got none');
  return {
    programId: file.slice(-256),
    prompt,
    solution,
    testSetupCode: [setup, fromFile?.testSetupCode ?? ''].filter((part) => part !== '').join('\n'),
    tests,
    limits: {
      ...(cpuTimeMs !== undefined && { cpuTimeMs }),
      ...(wallTimeMs !== undefined && { wallTimeMs }),
      ...(memoryBytes !== undefined && { memoryBytes }),
    },
  };
}

const limit = z.int().min(1).optional();
const programSchema = z.strictObject({
  programId: z.string().default('stdin'),
  prompt: z.string().default(''),
  solution: z.string(),
  testSetupCode: z.string().default(''),
  tests: z.array(z.string()).min(1),
  limits: z
    .strictObject({ cpuTimeMs: limit, wallTimeMs: limit, memoryBytes: limit, outputBytes: limit, processes: limit })
    .default({}),
});

function programFromJson(json: string): Program {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new CliError(EXIT.badInput, `stdin: expected JSON, got ${JSON.stringify(json.slice(0, 40))}`, { cause });
  }
  const parsed = programSchema.safeParse(value);
  if (parsed.success) return parsed.data as Program;
  const details = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'stdin'}: ${message}`);
  throw new CliError(EXIT.badInput, 'stdin: expected a program', { details });
}

function printEvaluation(evaluation: Evaluation, { tests }: Program, output: Output): void {
  const { outcome, feedback, failedTestIndex, cpuTimeMs, peakMemoryBytes } = evaluation;
  output.text(outcome.replaceAll('_', ' '));
  if (failedTestIndex !== undefined)
    output.text(`test ${failedTestIndex + 1} of ${tests.length}: ${tests[failedTestIndex]}`);
  if (feedback !== '') output.text(`\n${feedback.trimEnd()}\n`);
  output.text(`CPU ${cpuTimeMs.toFixed(1)} ms, peak memory ${(peakMemoryBytes / 2 ** 20).toFixed(1)} MiB`);
  output.data(evaluation);
}
