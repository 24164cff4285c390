import { readFile } from 'node:fs/promises';
import {
  conditionToProto,
  FieldPath,
  problemToProto,
  samplingParametersToProto,
  solutionFromProto,
} from '@leti/convert';
import type { Problem } from '@leti/leti';
import { findTask } from '@leti/tasks';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { type Environment, setAction } from '../command-context.ts';
import { inUserTerms } from '../describe-error.ts';
import { EXIT } from '../exit-code.ts';
import { flagsOf } from '../field-names.ts';
import {
  addSamplingOptions,
  dataFolderOf,
  SAMPLING_FLAGS,
  samplingParameters,
  type SamplingOptions,
} from '../sampling-options.ts';
import { addDataOption, addLocalOptions, type LocalOptions } from '../service-options.ts';
import { absoluteUnlessName } from '../training-file.ts';
import { withServices } from '../with-services.ts';

interface SampleOptions extends LocalOptions, SamplingOptions {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly task?: string;
  readonly split: string;
  readonly problem?: string;
  readonly data?: string;
  readonly checkpoint: string;
}

const EXAMPLES = `
Examples:
  $ leti sample --prompt 'def add(a, b):' -n 4 --temperature 0.7
  $ leti sample --task micro --split test --problem micro/test/000-add-each -n 8
  $ leti sample --task mbpp --split test --problem mbpp/11 --data ../data --checkpoint store/runs/ID/checkpoints/006 --condition good
  $ leti sample --prompt-file prompt.py --json | jq -r .text`;

/** `leti sample`: what a model writes for a prompt or a problem. */
export function sampleCommand(environment: Environment): Command {
  const command = new Command('sample')
    .summary('sample solutions for a prompt or a problem')
    .description('Sample solutions for a prompt, or for a problem of a task.')
    .option('--prompt <text>', 'the text to continue')
    .option('--prompt-file <file>', 'a file with the text to continue; - is stdin')
    .option('--task <task>', 'a task, e.g. micro')
    .option('--split <split>', 'its split', 'test')
    .option('--problem <id>', 'a problem of the split; without it, the first one')
    .option('--checkpoint <dir>', 'model folder, or micro-base', 'micro-base');
  addSamplingOptions(addDataOption(addLocalOptions(command, ['generator'])), { n: 1, temperature: 1 });
  command.addHelpText('after', EXAMPLES);
  return setAction<[], SampleOptions>(command, environment, async (context, options) => {
    const { output, signal } = context;
    const problem = await problemOf(options);
    await withServices(['generator'], options, context, async ({ generator }) => {
      const checkpoint = { path: absoluteUnlessName(options.checkpoint), digest: '' };
      const model = await inUserTerms(
        'the generator refused the checkpoint',
        flagsOf({ checkpoint: '--checkpoint' }),
        generator.loadCheckpoint({ checkpoint }, { signal }),
      );
      output.note(`${model.checkpoint?.path ?? ''} (${model.checkpoint?.digest ?? ''})`);
      const solutions = generator.sampleSolutions(
        {
          problems: [problemToProto(problem)],
          samplesPerProblem: options.n,
          condition: conditionToProto(options.condition),
          sampling: samplingParametersToProto(samplingParameters(options)),
          seed: options.seed,
          expectedWeightsDigest: model.checkpoint?.digest ?? '',
        },
        { signal },
      );
      const print = async (): Promise<void> => {
        for await (const { event } of solutions) {
          if (event?.$case !== 'solution') continue;
          const solution = FieldPath.validated((at) => solutionFromProto(event.value, at));
          const { sampleIndex, finishReason, tokenIds, text, engine } = solution;
          const by = engine === 'endpoint' ? ', from an endpoint' : '';
          output.text(`── ${problem.problemId} sample ${sampleIndex}: ${tokenIds.length} tokens, ${finishReason}${by}`);
          output.text(text);
          output.data(solution);
        }
      };
      await inUserTerms('the generator refused the request', flagsOf(SAMPLING_FLAGS), print());
    });
  });
}

async function problemOf({ prompt, promptFile, task, split, problem, data }: SampleOptions): Promise<Problem> {
  if ([prompt, promptFile, task].filter((each) => each !== undefined).length !== 1) {
    throw new CliError(EXIT.badInput, 'expected one of --prompt, --prompt-file and --task');
  }
  if (task === undefined) {
    const text = prompt ?? (await readFile(promptFile === '-' ? '/dev/stdin' : (promptFile ?? ''), 'utf8'));
    return { problemId: 'prompt', prompt: text, testSetupCode: '', tests: [] };
  }
  const problems = await findTask(task).load({ split, dataFolder: dataFolderOf(data) });
  const found = problem === undefined ? problems[0] : problems.find(({ problemId }) => problemId === problem);
  if (found === undefined) {
    const ids = problems.slice(0, 3).map(({ problemId }) => problemId);
    throw new CliError(
      EXIT.badInput,
      `--problem: expected an id of ${task} ${split}, e.g. ${ids.join(', ')}, got '${problem}'`,
    );
  }
  return found;
}
