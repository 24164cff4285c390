import type { Problem } from '@leti/leti';
import type { Problem as ProtoProblem } from '@leti/proto';
import type { FieldPath } from './field-path.ts';

const PROBLEM_ID = /^[A-Za-z0-9._/-]{1,256}$/;
const MAX_PROMPT_BYTES = 64 * 1024;

/** Reads a problem, without its reference solution; reports an ill-formed id and a prompt of more than 64 KiB in UTF-8. */
export function problemFromProto(problem: ProtoProblem, at: FieldPath): Problem {
  at.field('problem_id').expect(
    PROBLEM_ID.test(problem.problemId),
    'must be 1 to 256 of [A-Za-z0-9._/-]',
    problem.problemId,
  );
  const promptBytes = Buffer.byteLength(problem.prompt);
  at.field('prompt').expect(promptBytes <= MAX_PROMPT_BYTES, `must be at most ${MAX_PROMPT_BYTES} bytes`, promptBytes);
  return {
    problemId: problem.problemId,
    prompt: problem.prompt,
    testSetupCode: problem.testSetupCode,
    tests: [...problem.tests],
  };
}

/** Reads a list of 1 to `max` problems; reports a wrong count, each bad problem and each id seen before. */
export function problemsFromProto(problems: readonly ProtoProblem[], at: FieldPath, max: number): Problem[] {
  at.expect(problems.length >= 1 && problems.length <= max, `must hold 1 to ${max} problems`, problems.length);
  const seen = new Set<string>();
  return problems.map((problem, i) => {
    const place = at.index(i);
    place
      .field('problem_id')
      .expect(!seen.has(problem.problemId), 'must be distinct within the request', problem.problemId);
    seen.add(problem.problemId);
    return problemFromProto(problem, place);
  });
}

/** Without the reference solution, which is for training runs alone: see `problemSourceToProto`. */
export function problemToProto({ problemId, prompt, testSetupCode, tests }: Problem): ProtoProblem {
  return { problemId, prompt, testSetupCode, tests: [...tests] };
}
