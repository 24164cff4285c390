import { evaluationToProto, limitsToProto } from '@leti/convert';
import type { EvaluateProgramRequest, EvaluateProgramsRequest, EvaluatorServiceServer } from '@leti/proto';
import { bidiStream, unary } from '@leti/rpc';
import type { ProgramRunner } from '@leti/sandbox';
import type { Admission } from './admission.ts';
import { evaluateStream } from './evaluate-stream.ts';
import type { EvaluatorMetrics } from './evaluator-metrics.ts';
import { countedJudge } from './judge-program.ts';
import { readProgram } from './read-program.ts';

/** Implements EvaluatorService. How a program is run is the sandbox's business. */
export function createEvaluatorHandlers(deps: {
  readonly runner: ProgramRunner;
  readonly admission: Admission;
  readonly metrics: EvaluatorMetrics;
}): EvaluatorServiceServer {
  const { runner, admission, metrics } = deps;
  const { slots, maxLimits } = runner.info;
  const judge = countedJudge(runner, metrics);
  const onFailure = (error: unknown): void => metrics.failure(error);
  return {
    evaluateProgram: unary(async (request: EvaluateProgramRequest, { signal, peer }) => {
      try {
        const program = readProgram(request.program, maxLimits);
        const caller = { client: peer, call: request };
        return evaluationToProto(await admission.admitCall(program, caller, () => judge(program, signal, caller)));
      } catch (error) {
        onFailure(signal.aborted ? signal.reason : error);
        throw error;
      }
    }),
    evaluatePrograms: bidiStream((requests: AsyncIterable<EvaluateProgramsRequest>, { signal, peer }) =>
      evaluateStream(requests, { judge, admission, slots, maxLimits, client: peer, signal, onFailure }),
    ),
    getEvaluatorInfo: unary(() => {
      const { runtime, runtimeVersion, pythonVersion, slots, defaultLimits, maxLimits, caveats, cpuScale } =
        runner.info;
      const { run, reused, alike } = runner.counts;
      return {
        runtime,
        runtimeVersion,
        pythonVersion,
        slots,
        defaultLimits: limitsToProto(defaultLimits),
        maxLimits: limitsToProto(maxLimits),
        caveats: [...caveats],
        cpuScale,
        cacheUse: { hits: BigInt(reused + alike), misses: BigInt(run), hitsBySameTokens: BigInt(alike) },
      };
    }),
  };
}
