import { evaluationFromProto, FieldPath, programToProto } from '@leti/convert';
import type { Evaluation, FeedbackOptions, Judge, Limits, Problem, Program, Solution } from '@leti/leti';
import { Code, type EvaluateProgramsRequest, type EvaluatorServiceService } from '@leti/proto';
import { codeFromNumber, RpcError, type RpcClient } from '@leti/rpc';
import { isOutage } from './is-outage.ts';
import { Patience, type Backoff, type Wait } from './patience.ts';
import { ProgramNotJudgedError } from './program-not-judged-error.ts';

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

/** How often a program may cost the evaluator a sandbox, or the same programs break its stream, before the run is told. */
const MAX_TRIES = 5;

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
  /** Judges the programs in one stream. Those that may work later stay in `missing`, with their count of failures. */
  async function judgeMissing(
    missing: Map<string, Attempted>,
    verdicts: Map<string, Evaluation>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    let reason: string | undefined;
    const requests = [...missing.values()].map(({ program }) => ({ program: programToProto(program) }));
    for await (const { event } of options.client.evaluatePrograms(streamOf(requests), { signal })) {
      if (event?.$case === 'evaluation') {
        const evaluation = FieldPath.validated((at) => evaluationFromProto(event.value, at.field('evaluation')));
        verdicts.set(evaluation.programId, evaluation);
        missing.delete(evaluation.programId);
      } else if (event?.$case === 'error') {
        const { programId, code, message } = event.value;
        const attempted = missing.get(programId);
        if (attempted === undefined) throw new ProgramNotJudgedError(programId, code, message);
        attempted.failures++;
        if (code !== Code.UNAVAILABLE && code !== Code.RESOURCE_EXHAUSTED) throw refusal(programId, code, message);
        if (attempted.failures >= MAX_TRIES) throw new ProgramNotJudgedError(programId, code, message);
        reason = message;
      }
    }
    return missing.size === 0 ? undefined : (reason ?? 'the stream ended before every program was judged');
  }

  async function judgeAll(programs: readonly Program[], signal: AbortSignal): Promise<ReadonlyMap<string, Evaluation>> {
    const patience = new Patience('evaluator', options);
    const missing = new Map(programs.map((program) => [program.programId, { program, failures: 0 }]));
    const verdicts = new Map<string, Evaluation>();
    let broken = 0;
    while (missing.size > 0) {
      const before = missing.size;
      let reason: string | undefined;
      let wasCut = false;
      try {
        reason = await judgeMissing(missing, verdicts, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isOutage(error)) throw error;
        reason = error.message;
        wasCut = error.code !== 'RESOURCE_EXHAUSTED';
      }
      if (missing.size < before) {
        patience.progress();
        broken = 0;
      } else if (wasCut && ++broken >= MAX_TRIES) {
        throw cutOff([...missing.keys()], reason ?? '');
      }
      if (reason === undefined) continue;
      do await patience.wait(reason, signal);
      while (!(await isThere(signal)));
    }
    return verdicts;
  }

  /** Whether the evaluator answers. Streams are opened to one that does, so that one which ends them all is told from one that is away. */
  async function isThere(signal: AbortSignal): Promise<boolean> {
    try {
      await options.client.getEvaluatorInfo({}, { signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      // Any other word of it is an answer.
      return !isOutage(error);
    }
  }

  return {
    async judge(problem, solutions, signal) {
      const { prompt, testSetupCode, tests } = problem;
      const idOfText = new Map<string, string>();
      const programs: Program[] = [];
      for (const { text, sampleIndex } of solutions) {
        if (idOfText.has(text)) continue;
        const programId = `${problem.problemId}/${sampleIndex}`;
        idOfText.set(text, programId);
        const { limits, feedback } = options;
        programs.push({
          programId,
          prompt,
          solution: text,
          testSetupCode,
          tests,
          limits,
          ...(feedback && { feedback }),
        });
      }
      const verdicts = await judgeAll(programs, signal);
      return solutions.map(({ text, sampleIndex }) => ({
        ...verdicts.get(idOfText.get(text)!)!,
        programId: `${problem.problemId}/${sampleIndex}`,
      }));
    },
  };
}

/** The evaluator was there each time, and each time its stream broke before any of the programs had a verdict. */
function cutOff(programIds: readonly string[], reason: string): ProgramNotJudgedError {
  const [first = '', ...others] = programIds;
  const more = others.length === 0 ? '' : ` (nor ${others.length} more)`;
  const message = `${MAX_TRIES} streams in a row broke before it had a verdict${more}, at last: ${reason}`;
  return new ProgramNotJudgedError(first, Code.UNAVAILABLE, message);
}

/** A program that the evaluator will not judge, with the evaluator's own status. */
function refusal(programId: string, code: number, message: string): RpcError {
  return new RpcError({
    code: codeFromNumber(code),
    reason: 'PROGRAM_REFUSED',
    message: `program ${programId} was refused: ${message}`,
  });
}

interface Attempted {
  readonly program: Program;
  failures: number;
}

async function* streamOf(requests: readonly EvaluateProgramsRequest[]): AsyncGenerator<EvaluateProgramsRequest> {
  yield* requests;
}
