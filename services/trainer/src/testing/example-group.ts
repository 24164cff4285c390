import type { FcftTokenizer, JudgedGroup } from '@leti/leti';
import { exampleEvaluation } from '@leti/leti/testing';

export const EXAMPLE_EOS = 260;

/** A token a byte. */
export const exampleTokenizer: FcftTokenizer = {
  special: { good: 256, bad: 257, langFeedback: 258, endLangFeedback: 259, eos: EXAMPLE_EOS },
  prefixIds: [],
  encode: (text) => [...Buffer.from(text)],
};

/** Two samples of a problem; the first passes. */
export function exampleGroup(problemId: string): JudgedGroup {
  const problem = { problemId, prompt: problemId, testSetupCode: '', tests: ['assert f()'] };
  const sample = (sampleIndex: number) => ({
    problemId,
    sampleIndex,
    text: `größe ${sampleIndex}`,
    tokenIds: [sampleIndex + 1, EXAMPLE_EOS],
    logprobs: [-0.5, -0.25],
    finishReason: 'eos' as const,
    weightsDigest: 'sha256:0',
    seed: 2n ** 64n - 1n,
    condition: 'none' as const,
    engine: 'local' as const,
  });
  const verdict = (sampleIndex: number) =>
    exampleEvaluation({
      programId: `${problemId}/${sampleIndex}`,
      outcome: sampleIndex === 0 ? 'passed' : 'exception',
      feedback: sampleIndex === 0 ? '' : 'E',
    });
  return { problem, solutions: [sample(0), sample(1)], evaluations: [verdict(0), verdict(1)] };
}
