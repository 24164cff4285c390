import { resolve } from 'node:path';
import type { Condition, SamplingParameters } from '@leti/leti';
import { type Command, Option } from 'commander';
import { collected, realNumber, seedNumber, wholeNumber } from './service-options.ts';

/** How solutions are sampled, as flags. */
export interface SamplingOptions {
  readonly n: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly maxNewTokens: number;
  readonly cleanUpSpaces: boolean;
  readonly stop?: readonly string[];
  readonly seed: bigint;
  readonly condition: Condition;
}

const CONDITIONS: readonly Condition[] = ['none', 'good', 'bad'];

/** Adds the flags of {@link SamplingOptions}. */
export function addSamplingOptions(
  command: Command,
  defaults: { readonly n: number; readonly temperature: number },
): Command {
  return command
    .option('-n, --n <count>', 'samples per problem, 1 to 1024', wholeNumber(1, 1024), defaults.n)
    .option('--temperature <t>', 'from 0 (greedy) to 10', realNumber(0, 10), defaults.temperature)
    .option('--top-p <p>', 'nucleus mass, above 0, up to 1', realNumber(Number.MIN_VALUE, 1), 1)
    .option('--top-k <count>', 'draw from the most probable so many tokens; 0 is all', wholeNumber(0), 0)
    .option('--max-new-tokens <count>', 'most tokens of a solution', wholeNumber(1), 256)
    .option('--stop <text>', 'end a solution before this text; may be repeated', collected)
    .option('--clean-up-spaces', 'take spaces before punctuation out of solutions, as the published system does', false)
    .addOption(
      new Option('--seed <number>', 'every random choice derives from it').argParser(seedNumber).default(0n, '0'),
    )
    .addOption(
      new Option('--condition <token>', 'reward token that prompts start with').choices(CONDITIONS).default('none'),
    );
}

/** The sampler's part of the flags. */
export const samplingParameters = ({
  temperature,
  topP,
  topK,
  maxNewTokens,
  stop = [],
  cleanUpSpaces,
}: SamplingOptions): SamplingParameters => ({
  temperature,
  topP,
  topK,
  maxNewTokens,
  stop: stop.map((text) => text.replaceAll(String.raw`\n`, '\n')),
  cleanUpSpaces,
});

/** Request fields → flags, for messages. */
export const SAMPLING_FLAGS: Readonly<Record<string, string>> = {
  samples_per_problem: '--n',
  'sampling.temperature': '--temperature',
  'sampling.top_p': '--top-p',
  'sampling.top_k': '--top-k',
  'sampling.max_new_tokens': '--max-new-tokens',
  'sampling.stop': '--stop',
  condition: '--condition',
  seed: '--seed',
};

/** A data folder as services take it: absolute, or none. */
export const dataFolderOf = (data: string | undefined): string | undefined =>
  data === undefined ? undefined : resolve(data);
