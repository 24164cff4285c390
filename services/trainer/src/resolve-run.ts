import { resolve } from 'node:path';
import {
  learnsFromSamples,
  type PretrainingMix,
  type Problem,
  type TrainingSettings,
  withoutReference,
} from '@leti/leti';
import { loadProblems, pinCheckpoint, type ResolvedCheckpoint } from '@leti/requests';
import { type FieldViolation, InvalidArgumentError } from '@leti/rpc';
import { shippedCorpusPath } from '@leti/tasks';
import { corpusDigest as digestOfCorpus } from './corpus/corpus-digest.ts';
import { requireReadableCorpus } from './corpus/read-corpus.ts';
import { Lookups } from './lookups.ts';
import { type ReplaySource, resolveReplay } from './replay.ts';
import type { TrainingRunView } from './run-journal.ts';
import { longestOf, mostTokensOfSequence } from './training-counts.ts';
import { memoryOfTraining, requireMemory } from './training-memory.ts';

/** Settings whose every reference has been looked up. */
export interface ResolvedRun {
  /** With the base checkpoint's digest and the folder the task's data came from; its paths are absolute. */
  readonly settings: TrainingSettings;
  /** In the run's order. */
  readonly problems: readonly Problem[];
  /** What iterations are scored on; none when the settings validate nothing. */
  readonly validationProblems: readonly Problem[];
  /** Tokens of each problem's prompt, without reward token. */
  readonly promptTokens: readonly number[];
  /** Where the run starts. */
  readonly base: ResolvedCheckpoint;
  /** Of the corpus that is mixed in; null when none is. */
  readonly corpusDigest: string | null;
  /** Whose samples are trained on first; null where all are drawn. */
  readonly replay: ReplaySource | null;
}

/** What lookups know beside the settings. */
export interface ResolveOptions {
  /** Where tasks look for official files unless the settings say. */
  readonly dataFolder: string | undefined;
  /** A run of the same store. @throws {RunNotFoundError} */
  readonly findRun: (id: string) => Promise<TrainingRunView>;
  /** What reading the settings has reported; their stand-ins are not looked up. @default nothing */
  readonly violations?: readonly FieldViolation[];
}

/**
 * Looks up what settings refer to, before a run is made of them: a run that cannot work is refused, not failed later.
 *
 * @throws {InvalidArgumentError} for an unknown task or split, prompts that leave no room, with field paths, and when
 *   several things are wrong: it lists them all
 * @throws {TaskDataNotFoundError} {CheckpointNotFoundError} {CorpusNotFoundError} and the errors of files that are there
 *   but are not what they should be, when nothing else is wrong
 */
export async function resolveRun(
  settings: TrainingSettings,
  { dataFolder, findRun, violations = [] }: ResolveOptions,
): Promise<ResolvedRun> {
  const lookups = new Lookups(violations);
  const { run: replayed } = settings.replay;
  const [problems, validationProblems, base, corpus, source] = await Promise.all([
    lookups.find('settings.problems', () => resolveProblems(settings, dataFolder)),
    lookups.find('settings.validation.split', () => resolveValidation(settings, dataFolder)),
    lookups.find('settings.base_checkpoint.path', () => pinCheckpoint(settings.baseCheckpoint)),
    lookups.find('settings.pretraining_mix.corpus', () => resolveCorpus(settings.pretrainingMix)),
    lookups.find('settings.replay.run', () => (replayed === '' ? undefined : findRun(replayed)), 'settings.replay'),
  ]);
  const promptTokens = base && problems?.map(({ prompt }) => base.tokenizer.encode(prompt).length);
  if (base !== undefined && problems !== undefined && promptTokens !== undefined)
    await lookups.find(
      'settings.sampling.max_new_tokens',
      () => requireRoom(base, settings, problems, promptTokens),
      'settings.sampling',
    );
  if (base !== undefined && promptTokens !== undefined)
    await lookups.find(
      'settings.fine_tuning.batch_size',
      () => {
        const tokens = mostTokensOfSequence(settings, longestOf(promptTokens), base.config.maxPositions);
        requireMemory(memoryOfTraining(settings, base.config, tokens));
      },
      'settings.fine_tuning',
    );
  const replay =
    problems &&
    source &&
    (await lookups.find('settings.replay.run', () => resolveReplay(settings, problems, source), 'settings.replay'));
  lookups.done();
  if (problems === undefined || validationProblems === undefined || base === undefined || corpus === undefined)
    throw new Error('a lookup gave nothing and reported nothing');
  const task = settings.problems;
  return {
    settings: {
      ...settings,
      problems: 'inline' in task ? task : { ...task, dataFolder: task.dataFolder ?? dataFolder },
      baseCheckpoint: base.checkpoint,
      pretrainingMix: corpus.pretrainingMix,
      replay: { ...settings.replay, iterations: replay?.iterations ?? 0 },
    },
    problems,
    validationProblems,
    promptTokens: promptTokens ?? [],
    base,
    corpusDigest: corpus.corpusDigest,
    replay: replay ?? null,
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
  await requireReadableCorpus(path);
  const corpus = shippedCorpusPath(mix.corpus) === undefined ? path : mix.corpus;
  return { pretrainingMix: { ...mix, corpus }, corpusDigest: await digestOfCorpus(path) };
}

/** Reference solutions come with them only where they are what is trained on. */
async function resolveProblems(
  { problems: source, objective }: Pick<TrainingSettings, 'problems' | 'objective'>,
  dataFolder: string | undefined,
): Promise<readonly Problem[]> {
  const supervised = objective === 'supervised';
  if ('inline' in source) return supervised ? source.inline : source.inline.map(withoutReference);
  const { rawGold, ...selection } = source;
  const references = supervised ? (rawGold ? 'raw' : 'lf') : undefined;
  const asked = { ...selection, dataFolder: source.dataFolder ?? dataFolder, references } as const;
  const problems = await loadProblems(asked, 'settings.problems.task');
  const without = supervised ? problems.find(({ referenceSolution }) => referenceSolution === undefined) : undefined;
  if (without === undefined) return problems;
  throw new InvalidArgumentError([
    {
      field: 'settings.objective',
      description: `must not be supervised on problems without reference solutions, of which ${without.problemId} is one`,
    },
  ]);
}

/** The problems of the validation split of the task that is trained on. */
async function resolveValidation(
  { problems: source, validation: { split, limit } }: TrainingSettings,
  dataFolder: string | undefined,
): Promise<readonly Problem[]> {
  if (split === '' || 'inline' in source) return [];
  const { task } = source;
  return loadProblems({ task, split, limit, dataFolder: source.dataFolder ?? dataFolder }, 'settings.validation');
}

/** Refuses prompts that, with reward token and new tokens, are longer than the model can attend to; names the longest. */
function requireRoom(
  { config: { maxPositions } }: ResolvedCheckpoint,
  settings: TrainingSettings,
  problems: readonly Problem[],
  promptTokens: readonly number[],
): void {
  if (!learnsFromSamples(settings)) return;
  const { sampling, totalTokens } = settings;
  if (totalTokens > maxPositions)
    throw new InvalidArgumentError([
      {
        field: 'settings.total_tokens',
        description: `must be at most the model's ${maxPositions} positions, or 0, got ${totalTokens}`,
      },
    ]);
  if (totalTokens > 0) return; // a prompt without room gets empty solutions
  const room = maxPositions - sampling.maxNewTokens - 1;
  const tooLong = promptTokens.filter((tokens) => tokens > room).length;
  if (tooLong === 0) return;
  const longest = promptTokens.reduce((best, tokens, index) => (tokens > promptTokens[best]! ? index : best), 0);
  throw new InvalidArgumentError([
    {
      field: 'settings.sampling.max_new_tokens',
      description:
        `must leave room for the prompts within the model's ${maxPositions} positions, got ` +
        `${sampling.maxNewTokens} with a prompt of ${promptTokens[longest]! + 1} tokens ` +
        `(${problems[longest]!.problemId}${tooLong > 1 ? ` and ${tooLong - 1} more` : ''})`,
    },
  ]);
}
