import { evaluationToProto, limitsToProto } from '@leti/convert';
import type { EvaluateProgramRequest, EvaluateProgramsRequest, EvaluatorServiceServer } from '@leti/proto';
import { bidiStream, unary } from '@leti/rpc';
import type { ProgramRunner } from '@leti/sandbox';
import type { Admission } from './admission.ts';
import { evaluateStream } from './evaluate-stream.ts';
import { readProgram } from './read-program.ts';

/** Implements EvaluatorService. How a program is run is the sandbox's business. */
export function createEvaluatorHandlers(deps: {
  readonly runner: ProgramRunner;
  readonly admission: Admission;
}): EvaluatorServiceServer {
  const { runner, admission } = deps;
  return {
    evaluateProgram: unary(async (request: EvaluateProgramRequest, { signal }) => {
      const program = readProgram(request.program, runner.info.maxLimits);
      return evaluationToProto(await admission.admit(() => runner.evaluate(program, { signal })));
    }),
    evaluatePrograms: bidiStream((requests: AsyncIterable<EvaluateProgramsRequest>, { signal }) =>
      evaluateStream(requests, runner, signal),
    ),
    getEvaluatorInfo: unary(() => {
      const { runtime, runtimeVersion, pythonVersion, slots, defaultLimits, maxLimits, caveats, cpuScale } =
        runner.info;
      return {
        runtime,
        runtimeVersion,
        pythonVersion,
        slots,
        defaultLimits: limitsToProto(defaultLimits),
        maxLimits: limitsToProto(maxLimits),
        caveats: [...caveats],
        cpuScale,
      };
    }),
  };
}
