import { rm } from 'node:fs/promises';
import {
  CorpusTooSmallError,
  cursorAfterEqualIterations,
  type DistillationPairOptions,
  FIRST_CURSOR,
  type PretrainingStream,
  pretrainingStream,
  type Problem,
  type TrainingCursor,
  type TrainingPlan,
} from '@leti/leti';
import { readProblems, runPaths } from '@leti/runs';
import { InvalidCorpusError } from './corpus/corpus-errors.ts';
import { FcftBuilder } from './fcft-builder.ts';
import { heldOutLoss } from './held-out-loss.ts';
import { type Model, type OpenedModel, openModel } from './open-model.ts';
import { notePublished, readPublished } from './published-checkpoint.ts';
import { openCorpus } from './shards/open-corpus.ts';
import type { TokenShard } from './shards/token-shard.ts';
import { listSteps, prepareSteps, TrainingAttempt } from './training-attempt.ts';
import { type Example, problemPlaces, selectExamples, supervisedExamples } from './training-data.ts';
import type { IterationOfRun, TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.ts';
import { initialState, newestState } from './training-state.ts';

/** An iteration that is made ready to be trained. */
interface Opening extends OpenedModel {
  readonly of: IterationOfRun;
  readonly problems: readonly Problem[];
  readonly builder: FcftBuilder;
}

/** The model of the last iteration that was trained, and where its run stands. */
interface Kept {
  readonly runFolder: string;
  readonly digest: string;
  readonly model: Model;
  readonly cursor: TrainingCursor;
}

/**
 * Trains iterations, one after another; lives in the worker process. Between iterations of a run it keeps the model it
 * has just published, because building its graphs takes longer than many a step. One call at a time.
 */
export class TrainingSession {
  #kept: Kept | undefined;
  #opening: Opening | undefined;
  #corpus: { readonly key: string; readonly shard: TokenShard } | undefined;

  /**
   * Makes an iteration's training ready while its samples are being drawn: loads the weights, tokenises the corpus and
   * records the graphs of the pre-training batches, so that `train` finds them there. What is ready is not done again.
   *
   * @throws what reading the checkpoint and the corpus throws; the signal's reason
   */
  async open(job: TrainingJob, signal: AbortSignal): Promise<void> {
    if ((await readPublished(job)) !== undefined) return;
    const opening = await this.#open(job);
    this.#opening = opening;
    const stream = await this.#stream(job, opening.model, signal);
    if (stream === undefined) return;
    // As if every sample were trained on: selection is yet to come, and may then leave some of the batches out.
    const plan = planOf(job, opening, new Int32Array(examplesAtMost(job, opening)));
    const steps = listSteps(plan, job.iteration).steps.filter(({ kind }) => kind === 'pretraining');
    prepareSteps(opening.model.tuner, { examples: [], stream, distillation: job.settings.distillation }, steps);
  }

  /**
   * Builds the sequences of the groups that the iteration's ledger has got since the last call. Does nothing unless the
   * iteration is open.
   * @throws {CorruptStoreError}; {InconsistentSampleError}
   */
  async addGroups(of: IterationOfRun): Promise<void> {
    if (this.#isOpen(of)) await this.#opening!.builder.advance();
  }

  /**
   * The loss on held-out documents of the checkpoint that an iteration begins with, see {@link heldOutLoss}; leaves the
   * iteration open unless it is trained already.
   * @returns nats per token; undefined where nothing is held out
   * @throws what `open` throws
   */
  async heldOutLoss(job: TrainingJob, signal: AbortSignal): Promise<number | undefined> {
    await this.open(job, signal);
    // A state that was saved on the way is not the checkpoint any more.
    if (this.#isOpen(job) && this.#opening!.state.step === 0)
      return this.#heldOutLoss(job, this.#opening!.model, signal);
    const { model } = await openModel({ ...job, continues: false }, undefined);
    try {
      return await this.#heldOutLoss(job, model, signal);
    } finally {
      model.tuner.dispose();
    }
  }

  /**
   * Trains one iteration and publishes its checkpoint. What an earlier attempt saved is not done again, and the result
   * is bit by bit that of an attempt that was never interrupted.
   *
   * @param report is called after every step
   * @throws the signal's reason, at the next step boundary, after saving the state
   * @throws what reading the ledger, the checkpoint or the corpus throws; {CorpusChangedError}
   * @throws {NonFiniteLossError} after saving the state
   */
  async train(
    job: TrainingJob,
    report: (progress: TrainingProgress) => void,
    signal: AbortSignal,
  ): Promise<TrainingOutcome> {
    const startMs = performance.now();
    const { training } = runPaths(job.runFolder).iteration(job.iteration);
    const published = await readPublished(job);
    if (published !== undefined) {
      await rm(training, { recursive: true, force: true }); // the attempt that published may have died before this
      return published;
    }

    const opening = this.#isOpen(job) ? this.#opening! : await this.#open(job);
    this.#opening = undefined; // from here on its model is kept or disposed of
    const { model, state } = opening;
    try {
      const openedMs = performance.now();
      const examples = await examplesOf(job, opening);
      const stream = await this.#stream(job, model, signal);
      const plan =
        job.settings.objective === 'pretraining'
          ? planOf(job, opening, new Int32Array(examplesAtMost(job, opening)))
          : planOf(job, opening, lengthsOf(examples), examples);
      const dataMs = performance.now() - openedMs;
      const data = { examples, stream, distillation: job.settings.distillation };
      const attempt = new TrainingAttempt({ job, model, data, plan, state, startMs, dataMs });
      await attempt.steps(report, signal);
      const outcome = await attempt.publish();
      await notePublished(job, outcome.digest);
      await rm(training, { recursive: true, force: true });
      this.#kept = { runFolder: job.runFolder, digest: outcome.digest, model, cursor: attempt.cursorAfter };
      return outcome;
    } catch (error) {
      model.tuner.dispose();
      throw error;
    }
  }

  /** Frees models, and closes the corpus. */
  dispose(): void {
    this.#kept?.model.tuner.dispose();
    this.#kept = undefined;
    this.#opening?.model.tuner.dispose();
    this.#opening = undefined;
    this.#corpus?.shard.close();
    this.#corpus = undefined;
  }

  #isOpen({ runFolder, iteration }: IterationOfRun): boolean {
    const of = this.#opening?.of;
    return of !== undefined && of.runFolder === runFolder && of.iteration === iteration;
  }

  /** The iteration's model with how far it is, and a builder that has read nothing yet: the ledger may have been cut. */
  async #open(job: TrainingJob): Promise<Opening> {
    const { model, state } = await this.#model(job);
    const paths = runPaths(job.runFolder);
    const problems = await readProblems(paths.problems);
    const { tokenizer, endIds } = model.checkpoint;
    const { binaryOnly, solutionTokens, endOfText, firstTokenLoss } = job.settings.fineTuning;
    const sequences = {
      maxSequenceTokens: maxSequenceTokensOf(job, model),
      binaryOnly,
      solutionTokens,
      endOfText,
      firstTokenLoss,
      channels: job.settings.feedback.channels,
      endIds,
    };
    const distillation = distillationOf(job, sequences);
    const iteration = paths.iteration(job.iteration);
    const builder = new FcftBuilder({ paths: iteration, problems, tokenizer, sequences, distillation });
    return { of: job, model, state, problems, builder };
  }

  async #model(job: TrainingJob): Promise<OpenedModel> {
    const [kept, opening] = [this.#kept, this.#opening];
    const wasOpen = this.#isOpen(job);
    [this.#kept, this.#opening] = [undefined, undefined];
    if (wasOpen) return opening!;
    opening?.model.tuner.dispose();
    const saved = await newestState(runPaths(job.runFolder).iteration(job.iteration).training);
    if (saved === undefined && kept?.digest === job.from.digest && kept.runFolder === job.runFolder)
      return { model: kept.model, state: initialState(job.iteration, kept.cursor) };
    kept?.model.tuner.dispose();
    return openModel(job, saved);
  }

  async #heldOutLoss(job: TrainingJob, model: Model, signal: AbortSignal): Promise<number | undefined> {
    return heldOutLoss(job, model, await this.#stream(job, model, signal));
  }

  async #stream(job: TrainingJob, model: Model, signal: AbortSignal): Promise<PretrainingStream | undefined> {
    const { seed, pretrainingMix } = job.settings;
    if (pretrainingMix.ratio === 0) return undefined;
    const { tokenizer } = model.checkpoint;
    try {
      return pretrainingStream({
        seed,
        corpus: await this.#tokenized(job, model, signal),
        tokenizer,
        maxSequenceTokens: maxSequenceTokensOf(job, model),
        form: pretrainingMix,
      });
    } catch (error) {
      if (error instanceof CorpusTooSmallError) throw new InvalidCorpusError(job.corpusPath, error.message);
      throw error;
    }
  }

  /** The corpus, which stays open between the iterations of a run. */
  async #tokenized(job: TrainingJob, model: Model, signal: AbortSignal): Promise<TokenShard> {
    const { runFolder, corpusPath, corpusDigest, shardsFolder } = job;
    const key = JSON.stringify([runFolder, corpusPath, corpusDigest]);
    if (this.#corpus?.key === key) return this.#corpus.shard;
    this.#corpus?.shard.close();
    this.#corpus = undefined;
    const { tokenizer } = model.checkpoint;
    const shard = await openCorpus(
      { shardsFolder, corpusPath, corpusDigest, tokenizerFolder: job.from.path, tokenizer },
      signal,
    );
    this.#corpus = { key, shard };
    return shard;
  }
}

function maxSequenceTokensOf({ settings }: TrainingJob, { checkpoint }: Model): number {
  return Math.min(settings.fineTuning.maxSequenceTokens, checkpoint.config.maxPositions);
}

function distillationOf(
  { settings }: TrainingJob,
  { maxSequenceTokens, channels, endIds }: Pick<DistillationPairOptions, 'maxSequenceTokens' | 'channels' | 'endIds'>,
): DistillationPairOptions | undefined {
  if (settings.objective !== 'self_distillation') return undefined;
  const { condition: studentCondition, distillation } = settings;
  const { teacherCondition } = distillation;
  return { maxSequenceTokens, channels, ...(endIds && { endIds }), studentCondition, teacherCondition };
}

/** How many examples an iteration has before any of them is left out. */
function examplesAtMost({ settings }: TrainingJob, { problems }: Opening): number {
  return problems.length * (settings.objective === 'supervised' ? 1 : settings.samplesPerProblem);
}

async function examplesOf(job: TrainingJob, { model, problems, builder }: Opening): Promise<readonly Example[]> {
  const { objective, fineTuning } = job.settings;
  switch (objective) {
    case 'pretraining':
      return [];
    case 'supervised': {
      const { supervisedStart } = fineTuning;
      const options = { maxSequenceTokens: maxSequenceTokensOf(job, model), supervisedStart };
      return supervisedExamples(problems, model.checkpoint.tokenizer, options);
    }
    case 'fcft':
    case 'self_distillation':
      return selectExamples(job, await builder.finish());
  }
}

const lengthsOf = (examples: readonly Example[]): number[] => examples.map(({ sequences }) => sequences[0]!.length);

/** What the iteration's steps follow from. @param examples where they are known; their order may hang on them */
function planOf(
  job: TrainingJob,
  { problems, model, state }: Opening,
  lengths: ArrayLike<number>,
  examples: readonly Example[] = [],
): TrainingPlan {
  const { seed, objective, fineTuning, pretrainingMix } = job.settings;
  const places =
    fineTuning.order === 'by_problem' ? problemPlaces(problems, model.checkpoint.tokenizer) : new Map<string, number>();
  const start = { lengths, fineTuning, pretrainingMix };
  return {
    ...start,
    seed,
    problemOf: examples.map(({ problemId }) => places.get(problemId) ?? 0),
    onlyPretraining: objective === 'pretraining',
    cursor: state.cursorBefore ?? (job.continues ? cursorAfterEqualIterations(start, job.iteration) : FIRST_CURSOR),
  };
}
