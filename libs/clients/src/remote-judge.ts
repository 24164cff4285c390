import type { Evaluation, FeedbackOptions, Judge, Limits, Problem, Program, Solution } from '@leti/leti';
import type { EvaluatorServiceService } from '@leti/proto';
import { codeFromNumber, RpcError, type RpcClient } from '@leti/rpc';
import { judgePrograms } from './judge-programs.ts';
import type { Backoff, Wait } from './patience.ts';
import type { ProgramNotJudgedError } from './program-not-judged-error.ts';

/** Evaluates through an evaluator that may restart at any time. Fits `@leti/leti`'s Judge. */
export interface RemoteJudge extends Judge {
  /**
   * Evaluates a problem's solutions and waits while the evaluator is away. Solutions with the same text are one
   * program: it is run once and the verdict goes to each of them.
   * @returns one evaluation per solution, in order; `programId` is `<problem id>/<sample index>`
   * @throws {RpcError} what waiting cannot cure, e.g. INVALID_ARGUMENT for limits above the evaluator's; the signal's
   *   reason when it is aborted
   * @throws {ProgramNotJudgedError} if a program gets no verdict however often it is tried: because it loses every sandbox, or because the
   *   evaluator, though there, breaks every stream
   */
  judge(problem: Problem, solutions: readonly Solution[], signal: AbortSignal): Promise<readonly Evaluation[]>;
}

/**
 * @param options.client of an EvaluatorService; the caller closes it
 * @param options.limits bounds on every program; missing ones are the evaluator's
 * @param options.feedback what their feedback may tell; @default the paper's style, quoting all tests
 * @param options.onWait is told before every wait
 */
export function createRemoteJudge(options: {
  readonly client: RpcClient<typeof EvaluatorServiceService>;
  readonly limits: Partial<Limits>;
  readonly feedback?: FeedbackOptions;
  readonly onWait?: (wait: Wait) => void;
  readonly backoff?: Backoff;
}): RemoteJudge {
  const { limits, feedback, ...judging } = options;
  return {
    async judge(problem, solutions, signal) {
      const { problemId, prompt, testSetupCode, tests } = problem;
      const idOf = (sampleIndex: number): string => `${problemId}/${sampleIndex}`;
      const programs = new Map<string, Program>();
      for (const { text, sampleIndex } of solutions) {
        if (programs.has(text)) continue;
        const program = { programId: idOf(sampleIndex), prompt, solution: text, testSetupCode, tests, limits };
        programs.set(text, feedback === undefined ? program : { ...program, feedback });
      }
      const verdicts = new Map<string, Evaluation>();
      for await (const judged of judgePrograms({ ...judging, programs: streamOf(programs.values()), signal })) {
        if ('error' in judged) throw failureOf(judged.error);
        verdicts.set(judged.programId, judged.evaluation);
      }
      return solutions.map(({ text, sampleIndex }) => ({
        ...verdicts.get(programs.get(text)!.programId)!,
        programId: idOf(sampleIndex),
      }));
    },
  };
}

/** For a program that the evaluator will never judge, the evaluator's own status. */
function failureOf(error: ProgramNotJudgedError): Error {
  if (error.mayWorkLater) return error;
  return new RpcError({
    code: codeFromNumber(error.code),
    reason: 'PROGRAM_REFUSED',
    message: `program ${error.programId} was refused: ${error.reason}`,
  });
}

async function* streamOf(programs: Iterable<Program>): AsyncGenerator<Program> {
  yield* programs;
}
