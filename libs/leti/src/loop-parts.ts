import type { Evaluation } from './evaluation.ts';
import type { GroupSummary, JudgedGroup, SampleFigures } from './group.ts';
import type { Problem } from './problem.ts';
import type { SampledGroups } from './sample-and-judge.ts';
import type { Condition, Solution } from './solution.ts';
import type { ConditionScore, PinnedCheckpoint, TrainingLosses } from './training-run.ts';
import type { ValidationPlan } from './validation.ts';

/** What decides the loop's course. */
export interface LoopPlan {
  readonly problems: readonly Problem[];
  readonly iterations: number;
  readonly samplesPerProblem: number;
  /** Whether the objective learns from samples; otherwise an iteration is training alone. */
  readonly samples: boolean;
  /** The first iteration samples under `first`, the base model having never seen a reward token; later ones under `later`. */
  readonly conditions: { readonly first: Condition; readonly later: Condition };
  /** The seed of an iteration's sampling calls. */
  readonly seedOf: (iteration: number) => bigint;
  readonly baseCheckpoint: PinnedCheckpoint;
  /** Left out, nothing is validated. */
  readonly validation?: ValidationPlan;
  /** Rise of the held-out loss over the base checkpoint's, nats per token, above which an iteration raises an alarm; 0 never does. */
  readonly maxHeldOutRise: number;
}

export interface SampleRequest {
  /** Counts from 1; 0 where the base checkpoint is validated. */
  readonly iteration: number;
  readonly checkpoint: PinnedCheckpoint;
  readonly condition: Condition;
  /** Each sample's seed derives from (this, problem id, sample index). */
  readonly seed: bigint;
  readonly problems: readonly Problem[];
  readonly samplesPerProblem: number;
}

/** Writes solutions. The same request gives the same solutions. */
export interface Sampler {
  sample(request: SampleRequest, signal: AbortSignal): SampledGroups;
}

/** Runs programs. Failing machinery is an error; a failing program never is. */
export interface Judge {
  judge(problem: Problem, solutions: readonly Solution[], signal: AbortSignal): Promise<readonly Evaluation[]>;
}

/** What training an iteration came to. */
export interface Lesson {
  readonly checkpoint: PinnedCheckpoint;
  readonly losses: TrainingLosses;
  /** Of the published weights on texts held out of the pre-training mix, nats per token; undefined without such texts. */
  readonly heldOutLoss?: number | undefined;
  /** Sequences trained on, once for all epochs, when they are not simply the samples. */
  readonly trainedSequences?: number | undefined;
}

/** Fine-tunes on what the ledger holds for an iteration. */
export interface Learner {
  /** Is told that an iteration begins, so as to make ready while samples are drawn; what goes wrong shows in learn(). */
  begin?(iteration: number, from: PinnedCheckpoint, signal: AbortSignal): void;
  /** Is told that the ledger holds one more group of the iteration. */
  groupRecorded?(iteration: number): void;
  /**
   * Trains from `from` and publishes the result. Called again after an interruption it goes on where it was, or gives
   * back at once what it had published.
   */
  learn(iteration: number, from: PinnedCheckpoint, signal: AbortSignal): Promise<Lesson>;
  /** The held-out loss of the base checkpoint, which no lesson tells; undefined without held-out texts. */
  heldOutLoss?(checkpoint: PinnedCheckpoint, signal: AbortSignal): Promise<number | undefined>;
}

/** Scores weights on problems that are not trained on. */
export interface Validator {
  /**
   * Samples and judges under one condition. Called again after an interruption it goes on where it was, or gives back
   * at once what it had found.
   * @param iteration 0 for the base checkpoint
   */
  validate(
    iteration: number,
    checkpoint: PinnedCheckpoint,
    condition: Condition,
    signal: AbortSignal,
  ): Promise<ConditionScore>;
}

/** What is recorded of a finished iteration. */
export interface IterationResult extends Lesson {
  readonly figures: SampleFigures;
  /** Empty where the iteration was not validated. */
  readonly validation: readonly ConditionScore[];
}

/** A finished iteration, as a loop that goes on needs it. */
export type FinishedIteration = Pick<IterationResult, 'checkpoint' | 'validation' | 'heldOutLoss'>;

/** Remembers what is finished. When a method that records returns, what it recorded survives any crash. */
export interface Ledger {
  /** The finished iterations, in order from iteration 1. */
  finishedIterations(): Promise<readonly FinishedIteration[]>;
  finishedGroups(iteration: number): Promise<readonly GroupSummary[]>;
  recordGroup(iteration: number, group: JudgedGroup, summary: GroupSummary): Promise<void>;
  recordIteration(iteration: number, result: IterationResult): Promise<void>;
}

/** Is told what happened, after the ledger has it. */
export interface LoopObserver {
  groupFinished(iteration: number, group: GroupSummary, groupsDone: number, groupsTotal: number): Promise<void>;
  /** After every validation; iteration 0 is the base checkpoint, which is validated anew, though not sampled anew, by every start. */
  validated?(iteration: number, scores: readonly ConditionScore[]): Promise<void>;
  /** `best` as in {@link LoopResult}, of all iterations up to this one. */
  iterationFinished(iteration: number, best: BestIteration | undefined): Promise<void>;
  /** What a person should look at, after the iteration is finished. */
  alarm?(iteration: number, message: string): Promise<void>;
}

export interface LoopParts {
  readonly sampler: Sampler;
  readonly judge: Judge;
  readonly learner: Learner;
  readonly ledger: Ledger;
  readonly observer: LoopObserver;
  /** Wanted when the plan validates. */
  readonly validator?: Validator;
}

/** Why a loop ended. */
export const STOP_REASONS = ['iterations', 'patience'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** Where a loop ended. */
export interface LoopResult {
  /** The last iteration's checkpoint. */
  readonly checkpoint: PinnedCheckpoint;
  readonly stopReason: StopReason;
  /** The iteration with the best validation score; undefined where nothing was validated. */
  readonly best: BestIteration | undefined;
}

/** An iteration and what it published; 0 is the base checkpoint. */
export interface BestIteration {
  readonly iteration: number;
  readonly checkpoint: PinnedCheckpoint;
}
