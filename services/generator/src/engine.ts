import type { CheckpointReference, Condition, Problem, SamplingParameters, Solution } from '@leti/leti';
import type { ModelDescription } from './describe-model.ts';
import type { PromptPlan, PromptsToPlan, ScoredTexts } from './model-messages.ts';

/** How a problem's samples are drawn. */
export interface ProblemSampling {
  readonly condition: Condition;
  readonly sampling: SamplingParameters;
  /** The call's; each sample's own derives from it, the problem's id and the sample's index. */
  readonly seed: bigint;
  /** Draw from these weights or not at all; undefined takes what is loaded. */
  readonly expectedDigest: string | undefined;
}

/** Whether the model answers, or its process is being started again. */
export type EngineState = 'ready' | 'restarting';

/** What draws samples: a model of our own in a worker process, or an endpoint. Errors: see those two. */
export interface Engine {
  readonly state: EngineState;
  /** Process id of the worker; undefined while none runs, and of an endpoint. */
  readonly workerPid: number | undefined;
  /** What is loaded. @throws {NoCheckpointLoadedError} @throws {OtherWeightsError} if it is not what is expected */
  require(expectedDigest?: string): ModelDescription;
  /**
   * Loads a checkpoint; the old one serves until it is ready, and stays when this fails. What is loaded already is left
   * alone. Loads are done in turn; a signal ends the wait for one, and the load itself only while its turn has not come.
   * @throws what reading a checkpoint throws; {InvalidCheckpointError} also for one that cannot be run
   */
  load(checkpoint: CheckpointReference, signal: AbortSignal): Promise<ModelDescription>;
  /** What prompts come to, with the model that is loaded. @throws {NoCheckpointLoadedError} */
  plan(request: PromptsToPlan, signal: AbortSignal): Promise<PromptPlan>;
  /**
   * Draws the samples with these indexes, in their order, all from one model.
   * @throws {PromptLengthError} {DeviceMemoryError} for a prompt that the model has no room for
   * @throws {NoCheckpointLoadedError} {OtherWeightsError} {NonFiniteLogitsError}
   */
  sample(
    problem: Problem,
    sampleIndexes: readonly number[],
    how: ProblemSampling,
    signal: AbortSignal,
  ): Promise<readonly Solution[]>;
  /**
   * Log-probabilities of every text, all from one model.
   * @throws {LoadedCheckpointGoneError} if weights that scoring reads are no longer in the loaded checkpoint's folder
   */
  score(texts: readonly string[], expectedDigest: string | undefined, signal: AbortSignal): Promise<ScoredTexts>;
  /** Frees what it holds; calls that run in it fail. */
  close(): Promise<void>;
}
