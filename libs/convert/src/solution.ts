import type { Solution } from '@leti/leti';
import type { Solution as ProtoSolution } from '@leti/proto';
import { conditionFromProto, conditionToProto } from './condition.ts';
import { engineFromProto, engineToProto } from './engine.ts';
import type { FieldPath } from './field-path.ts';
import { finishReasonFromProto, finishReasonToProto } from './finish-reason.ts';

/** Reads a solution; reports a missing finish reason, a negative index and logprobs that do not match the token ids. */
export function solutionFromProto(solution: ProtoSolution, at: FieldPath): Solution {
  const { tokenIds, logprobs } = solution;
  at.field('sample_index').expect(solution.sampleIndex >= 0, 'must be 0 or more', solution.sampleIndex);
  at.field('logprobs').expect(
    logprobs.length === tokenIds.length,
    `must be as many as token_ids (${tokenIds.length})`,
    logprobs.length,
  );
  return {
    problemId: solution.problemId,
    sampleIndex: solution.sampleIndex,
    text: solution.text,
    tokenIds: [...tokenIds],
    logprobs: [...logprobs],
    finishReason: finishReasonFromProto(solution.finishReason, at.field('finish_reason')),
    weightsDigest: solution.weightsDigest,
    seed: solution.seed,
    condition: conditionFromProto(solution.condition, at.field('condition')),
    engine: engineFromProto(solution.engine, at.field('engine')),
  };
}

export function solutionToProto(solution: Solution): ProtoSolution {
  return {
    ...solution,
    tokenIds: [...solution.tokenIds],
    logprobs: [...solution.logprobs],
    finishReason: finishReasonToProto(solution.finishReason),
    condition: conditionToProto(solution.condition),
    engine: engineToProto(solution.engine),
  };
}
