import { type Problem, type Sampler, type SampleRequest, sampleSeed, type Solution } from '@leti/leti';

export interface TotalTokensOptions {
  /** Of padded prompt and new tokens together, above 0. */
  readonly totalTokens: number;
  /** New tokens at most, however short the prompt. */
  readonly maxNewTokens: number;
  /** Tokens of a text. */
  readonly countTokens: (text: string) => number;
  /** Samples with at most so many new tokens. */
  readonly samplerOf: (maxNewTokens: number) => Sampler;
}

/** The published system pads prompts to a multiple of this. */
const PADDED_TO = 128;

/**
 * Samples as the published system does, whose bound is on prompt and new tokens together: the longer the padded prompt,
 * the fewer tokens are left. Problems with the same number left share a call. A prompt that leaves none has empty
 * solutions, which are judged like any other.
 */
export function createTotalTokensSampler(options: TotalTokensOptions): Sampler {
  const { totalTokens, maxNewTokens, countTokens, samplerOf } = options;
  const tokensLeft = ({ prompt }: Problem, { condition }: SampleRequest): number => {
    const tokens = countTokens(prompt) + (condition === 'none' ? 0 : 1);
    return Math.max(0, Math.min(maxNewTokens, totalTokens - Math.ceil(tokens / PADDED_TO) * PADDED_TO));
  };
  return {
    async *sample(request, signal) {
      const byTokens = Map.groupBy(request.problems, (problem) => tokensLeft(problem, request));
      for (const problem of byTokens.get(0) ?? []) yield { problem, solutions: emptySolutions(problem, request) };
      byTokens.delete(0);
      for (const [tokens, problems] of [...byTokens].toSorted(([a], [b]) => a - b))
        yield* samplerOf(tokens).sample({ ...request, problems }, signal);
    },
  };
}

function emptySolutions({ problemId }: Problem, request: SampleRequest): Solution[] {
  const { checkpoint, condition, seed, samplesPerProblem } = request;
  return Array.from({ length: samplesPerProblem }, (_, sampleIndex) => ({
    problemId,
    sampleIndex,
    text: '',
    tokenIds: [],
    logprobs: [],
    finishReason: 'length',
    weightsDigest: checkpoint.digest,
    seed: sampleSeed(seed, problemId, sampleIndex),
    condition,
    engine: 'local',
  }));
}
