import {
  checkpointToProto,
  conditionToProto,
  FieldPath,
  problemToProto,
  samplingParametersToProto,
  solutionFromProto,
} from '@leti/convert';
import type {
  CheckpointReference,
  PinnedCheckpoint,
  Problem,
  SampledGroups,
  SampleRequest,
  SamplingParameters,
  Solution,
} from '@leti/leti';
import type { GeneratorServiceService, Model, SampleSolutionsResponse } from '@leti/proto';
import { RpcError, type RpcClient } from '@leti/rpc';
import { isOutage } from './is-outage.ts';
import { Patience, type Backoff, type Wait } from './patience.ts';

/** Samples through a generator that may restart, or be given other weights, at any time. Fits `@leti/leti`'s Sampler. */
export interface RemoteSampler {
  /**
   * Has the generator load a checkpoint, and waits while it is away.
   * @returns the checkpoint with the digest that its folder has
   * @throws {RpcError} if the checkpoint itself is refused, e.g. NOT_FOUND, or FAILED_PRECONDITION for another digest
   */
  load(checkpoint: CheckpointReference, signal: AbortSignal): Promise<PinnedCheckpoint>;
  /**
   * Loads the checkpoint and yields each problem's solutions as soon as all n are there; problems come in any order.
   * Problems that were not finished when the generator went away, or when somebody loaded other weights into it, are
   * asked for again; none is yielded twice. Reading slowly slows the generator; ending the loop cancels the call.
   * @throws {RpcError} what waiting and loading again cannot cure, e.g. INVALID_ARGUMENT, or FAILED_PRECONDITION for
   *   another reason than lost weights; the signal's reason when it is aborted
   * @throws {Error} for an answer that breaks the contract: out of order, incomplete, or from other weights
   */
  sample(request: Omit<SampleRequest, 'iteration'>, signal: AbortSignal): SampledGroups;
}

/** Most problems that one SampleSolutions call takes. */
const MAX_PROBLEMS = 1024;

/**
 * @param options.client of a GeneratorService; the caller closes it
 * @param options.sampling how the tokens of every sample are drawn
 * @param options.onWait is told before every wait
 */
export function createRemoteSampler(options: {
  readonly client: RpcClient<typeof GeneratorServiceService>;
  readonly sampling: SamplingParameters;
  readonly onWait?: (wait: Wait) => void;
  readonly backoff?: Backoff;
}): RemoteSampler {
  const { client, sampling } = options;
  const newPatience = (): Patience => new Patience('generator', options);

  async function load(
    checkpoint: CheckpointReference,
    signal: AbortSignal,
    patience: Patience,
  ): Promise<PinnedCheckpoint> {
    for (;;) {
      try {
        const model = await client.loadCheckpoint({ checkpoint: checkpointToProto(checkpoint) }, { signal });
        return { path: checkpoint.path, digest: digestOf(model, checkpoint) };
      } catch (error) {
        signal.throwIfAborted();
        if (!isOutage(error)) throw error;
        await patience.wait(error.message, signal);
      }
    }
  }

  async function* sample(request: Omit<SampleRequest, 'iteration'>, signal: AbortSignal): SampledGroups {
    const missing = new Map(request.problems.map((problem) => [problem.problemId, problem]));
    const patience = newPatience();
    while (missing.size > 0) {
      const { digest } = await load(request.checkpoint, signal, patience);
      const batch = [...missing.values()].slice(0, MAX_PROBLEMS);
      try {
        const responses = client.sampleSolutions(
          {
            problems: batch.map(problemToProto),
            samplesPerProblem: request.samplesPerProblem,
            condition: conditionToProto(request.condition),
            sampling: samplingParametersToProto(sampling),
            seed: request.seed,
            expectedWeightsDigest: digest,
          },
          { signal },
        );
        for await (const group of groupsOf(responses, missing, request.samplesPerProblem, digest)) {
          missing.delete(group.problem.problemId);
          patience.progress();
          yield group;
        }
      } catch (error) {
        signal.throwIfAborted();
        if (!isOutage(error) && !hasLostWeights(error)) throw error;
        await patience.wait(error.message, signal);
        continue;
      }
      const lost = batch.find(({ problemId }) => missing.has(problemId));
      if (lost !== undefined) throw new Error(`SampleSolutions ended without the solutions of ${lost.problemId}`);
    }
  }

  return { load: (checkpoint, signal) => load(checkpoint, signal, newPatience()), sample };
}

/** The generator's reasons for a call that another `LoadCheckpoint` cures. */
const WEIGHTS_LOST: ReadonlySet<string> = new Set(['NO_CHECKPOINT_LOADED', 'OTHER_WEIGHTS_LOADED']);

/**
 * Somebody loaded another checkpoint, or the generator started without one. Any other precondition is not ours to
 * restore, and asking again would wait for ever.
 */
function hasLostWeights(error: unknown): error is RpcError {
  return error instanceof RpcError && error.code === 'FAILED_PRECONDITION' && WEIGHTS_LOST.has(error.reason);
}

/** What a checkpoint's solutions are to be of. A generator that does not say it, or loads another, is none to work with. */
function digestOf({ checkpoint: loaded }: Model, asked: CheckpointReference): string {
  const digest = loaded?.digest ?? '';
  if (digest !== '' && (asked.digest ?? digest) === digest) return digest;
  const want = asked.digest === undefined ? 'its digest' : asked.digest;
  throw new Error(`LoadCheckpoint of ${asked.path}: want ${want} in the answer, got ${digest || 'none'}`);
}

/** Joins a stream's solutions, which come together and in order per problem, into groups. */
async function* groupsOf(
  responses: AsyncIterable<SampleSolutionsResponse>,
  problems: ReadonlyMap<string, Problem>,
  samplesPerProblem: number,
  digest: string,
): AsyncGenerator<{ readonly problem: Problem; readonly solutions: readonly Solution[] }> {
  let solutions: Solution[] = [];
  for await (const { event } of responses) {
    if (event?.$case !== 'solution') continue;
    const solution = FieldPath.validated((at) => solutionFromProto(event.value, at.field('solution')));
    const { problemId, sampleIndex } = solution;
    const problem = problems.get(problemId);
    const next = sampleIndex === solutions.length && problemId === (solutions[0] ?? solution).problemId;
    if (problem === undefined || !next) {
      throw new Error(`SampleSolutions sent sample ${sampleIndex} of ${problemId} out of order`);
    }
    if (solution.weightsDigest !== digest) {
      const of = `sample ${sampleIndex} of ${problemId}`;
      throw new Error(`SampleSolutions sent ${of} from weights ${solution.weightsDigest || 'unnamed'}, want ${digest}`);
    }
    solutions.push(solution);
    if (solutions.length === samplesPerProblem) {
      yield { problem, solutions };
      solutions = [];
    }
  }
}
