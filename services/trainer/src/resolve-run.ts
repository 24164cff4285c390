import { join, resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import {
  CheckpointNotFoundError,
  checkpointDigest,
  DigestMismatchError,
  InvalidCheckpointError,
} from '@leti/checkpoint';
import type {
  CheckpointReference,
  PinnedCheckpoint,
  PretrainingMix,
  Problem,
  ProblemSource,
  TrainingSettings,
} from '@leti/leti';
import { parseModelConfig } from '@leti/nn/model';
import { InvalidArgumentError } from '@leti/rpc';
import { checkpointFolder, findTask, microCorpusPath, UnknownSplitError, UnknownTaskError } from '@leti/tasks';
import { loadTokenizer } from '@leti/tokenizer';
import { corpusDigest } from './corpus-digest.ts';
import { readCorpus } from './read-corpus.ts';

/** Settings whose every reference has been looked up. */
export interface ResolvedRun {
  /** With the base checkpoint's digest, and the folder the task's data came from. */
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
  const baseCheckpoint = await resolveCheckpoint(settings.baseCheckpoint);
  await requireRoom(baseCheckpoint, settings, problems);
  const pinnedCorpus = await resolveCorpus(settings.pretrainingMix);
  const source = settings.problems;
  return {
    settings: {
      ...settings,
      problems: 'inline' in source ? source : { ...source, dataFolder: source.dataFolder ?? dataFolder },
      baseCheckpoint,
    },
    problems,
    corpusDigest: pinnedCorpus,
  };
}

/** The file that a corpus' name stands for. */
export function corpusPath(corpus: string): string {
  return corpus === 'micro-corpus' ? microCorpusPath() : resolve(corpus);
}

async function resolveCorpus({ ratio, corpus }: PretrainingMix): Promise<string | null> {
  if (ratio === 0) return null;
  await readCorpus(corpusPath(corpus), 1);
  return corpusDigest(corpusPath(corpus));
}

async function resolveProblems(source: ProblemSource, dataFolder: string | undefined): Promise<readonly Problem[]> {
  if ('inline' in source) return source.inline;
  const at = (field: string, error: Error): InvalidArgumentError =>
    new InvalidArgumentError([{ field: `settings.problems.task.${field}`, description: error.message }], {
      cause: error,
    });
  try {
    const task = findTask(source.task);
    return await task.load({ ...source, dataFolder: source.dataFolder ?? dataFolder });
  } catch (error) {
    if (error instanceof UnknownTaskError) throw at('task', error);
    if (error instanceof UnknownSplitError) throw at('split', error);
    throw error;
  }
}

async function resolveCheckpoint({ path, digest }: CheckpointReference): Promise<PinnedCheckpoint> {
  const folder = checkpointFolder(path);
  const actual = await checkpointDigest(folder);
  if (digest !== undefined && digest !== actual) throw new DigestMismatchError(folder, digest, actual);
  return { path, digest: actual };
}

/** Refuses prompts that, with reward token and new tokens, are longer than the model can attend to. */
async function requireRoom(
  { path }: PinnedCheckpoint,
  { sampling }: TrainingSettings,
  problems: readonly Problem[],
): Promise<void> {
  const folder = checkpointFolder(path);
  const { maxPositions } = parseModelConfig(await readConfig(join(folder, 'config.json')));
  const tokenizer = await loadTokenizer(folder);
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

async function readConfig(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new CheckpointNotFoundError(path, { cause });
    throw new InvalidCheckpointError(path, `want JSON, got: ${(cause as Error).message}`, { cause });
  }
}
