import { resolve } from 'node:path';
import type { PretrainingMix, Problem, ProblemSource, TrainingSettings } from '@leti/leti';
import { loadProblems, pinCheckpoint, type ResolvedCheckpoint } from '@leti/requests';
import { InvalidArgumentError } from '@leti/rpc';
import { shippedCorpusPath } from '@leti/tasks';
import { corpusDigest as digestOfCorpus } from './corpus-digest.ts';
import { readCorpus } from './read-corpus.ts';

/** Settings whose every reference has been looked up. */
export interface ResolvedRun {
  /** With the base checkpoint's digest and the folder the task's data came from; its paths are absolute. */
  readonly settings: TrainingSettings;
  /** In the run's order. */
  readonly problems: readonly Problem[];
  /** Of the corpus that is mixed in; null when none is. */
  readonly corpusDigest: string | null;
}

/**
 * Looks up what settings refer to, before a run is made of them: a run that cannot work is refused, not failed later.
 *
 * @param dataFolder where tasks look for official files unless the settings say
 * @throws {InvalidArgumentError} for an unknown task or split, prompts that leave no room, with field paths
 * @throws {TaskDataNotFoundError} {CheckpointNotFoundError} {CorpusNotFoundError} and the errors of files that are there
 *   but are not what they should be
 */
export async function resolveRun(settings: TrainingSettings, dataFolder: string | undefined): Promise<ResolvedRun> {
  const problems = await resolveProblems(settings.problems, dataFolder);
  const base = await pinCheckpoint(settings.baseCheckpoint);
  requireRoom(base, settings, problems);
  const { pretrainingMix, corpusDigest } = await resolveCorpus(settings.pretrainingMix);
  const source = settings.problems;
  return {
    settings: {
      ...settings,
      problems: 'inline' in source ? source : { ...source, dataFolder: source.dataFolder ?? dataFolder },
      baseCheckpoint: base.checkpoint,
      pretrainingMix,
    },
    problems,
    corpusDigest,
  };
}

/** The file that a corpus' name stands for. */
export function corpusPath(corpus: string): string {
  return shippedCorpusPath(corpus) ?? resolve(corpus);
}

async function resolveCorpus(
  mix: PretrainingMix,
): Promise<Pick<TrainingSettings, 'pretrainingMix'> & Pick<ResolvedRun, 'corpusDigest'>> {
  if (mix.ratio === 0) return { pretrainingMix: mix, corpusDigest: null };
  const path = corpusPath(mix.corpus);
  await readCorpus(path, 1);
  const corpus = shippedCorpusPath(mix.corpus) === undefined ? path : mix.corpus;
  return { pretrainingMix: { ...mix, corpus }, corpusDigest: await digestOfCorpus(path) };
}

function resolveProblems(source: ProblemSource, dataFolder: string | undefined): Promise<readonly Problem[]> {
  if ('inline' in source) return Promise.resolve(source.inline);
  return loadProblems({ ...source, dataFolder: source.dataFolder ?? dataFolder }, 'settings.problems.task');
}

/** Refuses prompts that, with reward token and new tokens, are longer than the model can attend to. */
function requireRoom(
  { config: { maxPositions }, tokenizer }: ResolvedCheckpoint,
  { sampling }: TrainingSettings,
  problems: readonly Problem[],
): void {
  for (const { problemId, prompt } of problems) {
    const promptTokens = tokenizer.encode(prompt).length + 1;
    if (promptTokens + sampling.maxNewTokens > maxPositions)
      throw new InvalidArgumentError([
        {
          field: 'settings.sampling.max_new_tokens',
          description:
            `must leave room for the prompts within the model's ${maxPositions} positions, got ` +
            `${sampling.maxNewTokens} with a prompt of ${promptTokens} tokens (${problemId})`,
        },
      ]);
  }
}
