import { setImmediate as nextTurn } from 'node:timers/promises';
import { writeCheckpoint } from '@leti/checkpoint';
import { type TrainingCursor, type TrainingPlan, type TrainingStep, trainingSteps } from '@leti/leti';
import type { FineTuner, StepResult } from '@leti/nn';
import { NonFiniteLossError } from '@leti/nn/model';
import { runPaths } from '@leti/runs';
import { heldOutLoss } from './held-out-loss.ts';
import type { Model } from './open-model.ts';
import { outcomeOf } from './published-checkpoint.ts';
import { batchLike, batchOf, type TrainingData } from './training-data.ts';
import type { TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.ts';
import { afterStep, removeOlderStates, statePath, type TrainingState } from './training-state.ts';

export interface AttemptParts {
  readonly job: TrainingJob;
  readonly model: Model;
  readonly data: TrainingData;
  readonly plan: TrainingPlan;
  /** Where the attempt before this one ended. */
  readonly state: TrainingState;
  /** When the job began, by `performance.now`, and how much of the time since then went into making `data`. */
  readonly startMs: number;
  readonly dataMs: number;
}

/** One attempt at one iteration, from the state where the one before it ended. */
export class TrainingAttempt {
  readonly #parts: AttemptParts;
  readonly #steps: readonly TrainingStep[];
  readonly #cursorAfter: TrainingCursor;
  #state: TrainingState;
  /** Up to when time is in the state. */
  #countedMs: number;
  /** Spent on data since then. */
  #dataMs: number;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.#state = { ...parts.state, cursorBefore: parts.plan.cursor };
    this.#countedMs = parts.startMs;
    this.#dataMs = parts.dataMs;
    const { steps, cursorAfter } = listSteps(parts.plan, parts.job.iteration);
    this.#steps = steps;
    this.#cursorAfter = cursorAfter;
  }

  /**
   * Takes the steps that are left.
   * @throws the signal's reason, at the next step boundary, after saving the state
   * @throws {NonFiniteLossError} after saving the state, which is that before the step
   */
  async steps(report: (progress: TrainingProgress) => void, signal: AbortSignal): Promise<void> {
    const { model, data, job } = this.#parts;
    const left = this.#steps.slice(this.#state.step);
    const latest = { fcft: 0, pretraining: 0 };
    prepareSteps(model.tuner, data, left);
    const { heldOutSequences } = job.settings.pretrainingMix;
    const evaluations = data.stream?.heldOut(heldOutSequences) ?? [];
    model.tuner.prepare({ evaluations: evaluations.map((sequences) => ({ sequences })) });
    let savedAtMs = performance.now();
    for (const step of left) {
      if (signal.aborted) {
        await this.#save();
        signal.throwIfAborted();
      }
      const { loss, gradientNorm, tokensPerSecond } = await this.#take(step);
      latest[step.kind] = loss;
      report({
        step: this.#state.step,
        stepsTotal: this.#steps.length,
        fcftLoss: latest.fcft,
        pretrainingLoss: latest.pretraining,
        learningRate: step.learningRate,
        gradientNorm,
        tokensPerSecond,
      });
      if (performance.now() - savedAtMs >= job.saveEveryMs) {
        await this.#save();
        savedAtMs = performance.now();
      }
      await nextTurn(); // so that an abort message gets through between steps
    }
  }

  /** Publishes the checkpoint, with the state that tells what the iteration was. */
  async publish(): Promise<TrainingOutcome> {
    const { job, data, model } = this.#parts;
    const loss = heldOutLoss(job, model, data.stream);
    const startMs = performance.now();
    this.#state = {
      ...this.#state,
      cursorAfter: this.#cursorAfter,
      sequences: data.examples.length,
      ...(loss !== undefined && { heldOutLoss: loss }),
    };
    const digest = await this.#write(runPaths(job.runFolder).checkpoint(job.iteration));
    return outcomeOf(digest, this.#state, (performance.now() - startMs) / 1000);
  }

  /** Where the run stands after the iteration. */
  get cursorAfter(): TrainingCursor {
    return this.#cursorAfter;
  }

  async #take(step: TrainingStep): Promise<StepResult & { readonly tokensPerSecond: number }> {
    const { model, data, job } = this.#parts;
    const startMs = performance.now();
    const batch = batchOf(data, step);
    const readyMs = performance.now();
    const { learningRate } = step;
    try {
      const result =
        batch.kind === 'pairs'
          ? model.tuner.distillStep(batch, { learningRate })
          : model.tuner.step(batch, { learningRate });
      const endMs = performance.now();
      this.#state = afterStep(this.#state, step.kind, result, {
        train: (endMs - this.#countedMs) / 1000,
        step: (endMs - readyMs) / 1000,
        data: (readyMs - startMs + this.#dataMs) / 1000,
      });
      this.#countedMs = endMs;
      this.#dataMs = 0;
      return { ...result, tokensPerSecond: (1000 * result.tokens) / (endMs - readyMs) };
    } catch (error) {
      if (!(error instanceof NonFiniteLossError)) throw error;
      await this.#save(); // the tuner is as it was before the step
      const { iteration } = job;
      error.message =
        `iteration ${iteration}, step ${step.step + 1} of ${this.#steps.length}, learning rate ${learningRate}: ` +
        `${error.message}; the state before the step is saved, but resuming comes to the same step: ` +
        `train on from iteration ${iteration - 1} with a lower rate or a bound on the gradient`;
      throw error;
    }
  }

  async #save(): Promise<void> {
    const { job } = this.#parts;
    const { training } = runPaths(job.runFolder).iteration(job.iteration);
    if (this.#state.step === 0) return;
    await this.#write(statePath(training, this.#state.step));
    await removeOlderStates(training);
  }

  #write(folder: string): Promise<string> {
    const { model, job } = this.#parts;
    return writeCheckpoint(folder, {
      config: model.checkpoint.config,
      endIds: model.checkpoint.endIds,
      weights: model.tuner.weights(),
      optimizerState: model.tuner.optimizerState(),
      trainerState: this.#state,
      tokenizerFrom: job.from.path,
    });
  }
}

/** All steps of an iteration, and where the run stands after them. */
export function listSteps(
  plan: TrainingPlan,
  iteration: number,
): { readonly steps: readonly TrainingStep[]; readonly cursorAfter: TrainingCursor } {
  const steps: TrainingStep[] = [];
  const generator = trainingSteps(plan, iteration);
  for (;;) {
    const next = generator.next();
    if (next.done === true) return { steps, cursorAfter: next.value };
    steps.push(next.value);
  }
}

/** Records the graphs of these steps, one after another so that their batches are not all held at a time. */
export function prepareSteps(tuner: FineTuner, data: TrainingData, steps: readonly TrainingStep[]): void {
  for (const step of steps) {
    const batch = batchLike(data, step);
    tuner.prepare(batch.kind === 'pairs' ? { distillations: [batch] } : { steps: [batch] });
  }
}
