import { rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Checkpoint, CheckpointNotFoundError, readCheckpoint, writeCheckpoint } from '@leti/checkpoint';
import {
  type PretrainingStream,
  pretrainingStream,
  stepCounts,
  type TrainingPlan,
  type TrainingStep,
  trainingSteps,
} from '@leti/leti';
import { type AdamWHyperparameters, DEFAULT_ADAMW, FineTuner } from '@leti/nn';
import { readProblems, runPaths } from '@leti/runs';
import { fcftSequences } from './fcft-file.ts';
import { requireCorpus } from './corpus-digest.ts';
import { readCorpus } from './read-corpus.ts';
import type { TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.ts';
import {
  afterStep,
  initialState,
  meanLosses,
  newestState,
  removeOlderStates,
  stateOf,
  statePath,
  type TrainingState,
} from './training-state.ts';

/** A model that is ready to be trained on, and what it takes to save it. */
interface Model {
  readonly tuner: FineTuner;
  readonly checkpoint: Pick<Checkpoint, 'config' | 'tokenizer' | 'endIds'>;
}

/**
 * Trains iterations, one after another; lives in the worker process. Between iterations of a run it keeps the model it
 * has just published, because building its graphs takes longer than many a step.
 */
export class TrainingSession {
  #kept: { readonly runFolder: string; readonly digest: string; readonly model: Model } | undefined;
  #corpus: (Pick<TrainingJob, 'corpusPath' | 'corpusDigest'> & { readonly documents: readonly string[] }) | undefined;

  /**
   * Trains one iteration and publishes its checkpoint. What an earlier attempt saved is not done again, and the result
   * is bit by bit that of an attempt that was never interrupted.
   *
   * @param report is called after every step
   * @throws the signal's reason, at the next step boundary, after saving the state
   * @throws what reading the ledger, the checkpoint or the corpus throws; {CorpusChangedError}; `NonFiniteLossError`
   */
  async train(
    job: TrainingJob,
    report: (progress: TrainingProgress) => void,
    signal: AbortSignal,
  ): Promise<TrainingOutcome> {
    const startMs = performance.now();
    const paths = runPaths(job.runFolder);
    const { training } = paths.iteration(job.iteration);
    const published = await readPublished(paths.checkpoint(job.iteration));
    if (published !== undefined) {
      await rm(training, { recursive: true, force: true }); // the attempt that published may have died before this
      return published;
    }

    const { model, state: start } = await this.#open(job, training);
    try {
      const run = new TrainingAttempt(job, model, start, await this.#batches(job, model), startMs);
      await run.steps(report, signal);
      const outcome = await run.publish(paths.checkpoint(job.iteration));
      await rm(training, { recursive: true, force: true });
      this.#kept = { runFolder: job.runFolder, digest: outcome.digest, model };
      return outcome;
    } catch (error) {
      model.tuner.dispose();
      throw error;
    }
  }

  /** Frees the kept model. */
  dispose(): void {
    this.#kept?.model.tuner.dispose();
    this.#kept = undefined;
  }

  async #open(job: TrainingJob, training: string): Promise<{ model: Model; state: TrainingState }> {
    const kept = this.#kept;
    this.#kept = undefined;
    const saved = await newestState(training);
    if (saved === undefined && kept?.digest === job.from.digest && kept.runFolder === job.runFolder)
      return { model: kept.model, state: initialState(job.iteration) };
    kept?.model.tuner.dispose();
    // The first iteration starts with fresh moments: a base checkpoint's belong to another run.
    const checkpoint =
      saved ??
      (await readCheckpoint(job.from.path, { expectedDigest: job.from.digest, withOptimizer: job.iteration > 1 }));
    const { config, weights, optimizerState, tokenizer, endIds } = checkpoint;
    const tuner = FineTuner.create({
      config,
      weights,
      hyperparameters: hyperparametersOf(job),
      ...(optimizerState && { optimizerState }),
    });
    return {
      model: { tuner, checkpoint: { config, tokenizer, endIds } },
      state: saved === undefined ? initialState(job.iteration) : stateOf(saved),
    };
  }

  async #batches(job: TrainingJob, { checkpoint: { config, tokenizer, endIds } }: Model): Promise<Batches> {
    const paths = runPaths(job.runFolder);
    const maxSequenceTokens = Math.min(job.fineTuning.maxSequenceTokens, config.maxPositions);
    const { binaryOnly } = job.fineTuning;
    const problems = await readProblems(paths.problems);
    const fcft = await fcftSequences(paths.iteration(job.iteration), problems, tokenizer, {
      maxSequenceTokens,
      binaryOnly,
      endIds,
    });
    const pretraining =
      job.pretrainingMix.ratio === 0
        ? undefined
        : pretrainingStream({
            seed: job.seed,
            documents: await this.#documents(job),
            tokenizer,
            maxSequenceTokens,
            batchSize: job.pretrainingMix.batchSize,
          });
    return { fcft, pretraining };
  }

  async #documents({ corpusPath, corpusDigest }: TrainingJob): Promise<readonly string[]> {
    const kept = this.#corpus;
    if (kept?.corpusPath === corpusPath && kept.corpusDigest === corpusDigest) return kept.documents;
    if (corpusDigest !== null) await requireCorpus(corpusPath, corpusDigest);
    const documents = await readCorpus(corpusPath);
    this.#corpus = { corpusPath, corpusDigest, documents };
    return documents;
  }
}

interface Batches {
  readonly fcft: readonly Int32Array[];
  readonly pretraining: PretrainingStream | undefined;
}

/** One attempt at one iteration, from the state where the one before it ended. */
class TrainingAttempt {
  readonly #job: TrainingJob;
  readonly #model: Model;
  readonly #batches: Batches;
  readonly #plan: TrainingPlan;
  #state: TrainingState;
  /** Up to when time is in the state. */
  #countedMs: number;

  constructor(job: TrainingJob, model: Model, state: TrainingState, batches: Batches, startMs: number) {
    this.#countedMs = startMs;
    this.#job = job;
    this.#model = model;
    this.#state = state;
    this.#batches = batches;
    this.#plan = { ...job, lengths: batches.fcft.map(({ length }) => length) };
  }

  async steps(report: (progress: TrainingProgress) => void, signal: AbortSignal): Promise<void> {
    const { tuner } = this.#model;
    const { iteration, saveEveryMs } = this.#job;
    const counts = stepCounts(this.#plan, iteration);
    const latest = { fcft: 0, pretraining: 0 };
    const steps = [...trainingSteps(this.#plan, iteration)].slice(this.#state.step);
    tuner.prepare({ steps: steps.map((step) => ({ sequences: this.#sequencesOf(step) })) });
    let savedAtMs = performance.now();
    for (const step of steps) {
      if (signal.aborted) {
        await this.#save();
        signal.throwIfAborted();
      }
      const result = tuner.step({ sequences: this.#sequencesOf(step) }, { learningRate: step.learningRate });
      const endMs = performance.now();
      latest[step.kind] = result.loss;
      this.#state = afterStep(this.#state, step.kind, result, (endMs - this.#countedMs) / 1000);
      this.#countedMs = endMs;
      report({
        step: this.#state.step,
        stepsTotal: counts.fcft + counts.pretraining,
        fcftLoss: latest.fcft,
        pretrainingLoss: latest.pretraining,
      });
      if (endMs - savedAtMs >= saveEveryMs) {
        await this.#save();
        savedAtMs = performance.now();
      }
      await nextTurn(); // so that an abort message gets through between steps
    }
  }

  async publish(folder: string): Promise<TrainingOutcome> {
    const startMs = performance.now();
    const digest = await this.#write(folder);
    const publishSeconds = (performance.now() - startMs) / 1000;
    return { digest, losses: meanLosses(this.#state), trainSeconds: this.#state.trainSeconds, publishSeconds };
  }

  async #save(): Promise<void> {
    const { training } = runPaths(this.#job.runFolder).iteration(this.#job.iteration);
    if (this.#state.step === 0) return;
    await this.#write(statePath(training, this.#state.step));
    await removeOlderStates(training);
  }

  #write(folder: string): Promise<string> {
    const { tuner, checkpoint } = this.#model;
    return writeCheckpoint(folder, {
      config: checkpoint.config,
      endIds: checkpoint.endIds,
      weights: tuner.weights(),
      optimizerState: tuner.optimizerState(),
      trainerState: this.#state,
      tokenizerFrom: this.#job.from.path,
    });
  }

  #sequencesOf(step: TrainingStep): Int32Array[] {
    const { fcft, pretraining } = this.#batches;
    if (step.kind === 'fcft') return Array.from(step.indices, (index) => fcft[index]!);
    return pretraining!.batch(step.batch);
  }
}

function hyperparametersOf({ fineTuning }: TrainingJob): AdamWHyperparameters {
  const { weightDecay, gradientClip } = fineTuning;
  return { ...DEFAULT_ADAMW, weightDecay, ...(gradientClip > 0 && { maxGradientNorm: gradientClip }) };
}

/** What an earlier attempt published, if it came so far. */
async function readPublished(folder: string): Promise<TrainingOutcome | undefined> {
  try {
    const checkpoint = await readCheckpoint(folder, { withOptimizer: true });
    const state = stateOf(checkpoint);
    const { digest } = checkpoint;
    return { digest, losses: meanLosses(state), trainSeconds: state.trainSeconds, publishSeconds: 0 };
  } catch (error) {
    if (error instanceof CheckpointNotFoundError) return undefined;
    throw error;
  }
}
