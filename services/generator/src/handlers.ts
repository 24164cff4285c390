import { checkpointFromProto, FieldPath } from '@leti/convert';
import type {
  EvaluatorServiceService,
  GeneratorServiceServer,
  LoadCheckpointRequest,
  SampleSolutionsRequest,
  ScoreTextsRequest,
  SolveProblemRequest,
} from '@leti/proto';
import { serverStream, unary, type RpcClient } from '@leti/rpc';
import type { Engine } from './engine.ts';
import { modelToProto } from './model-to-proto.ts';
import { sampleSolutions } from './sample-solutions.ts';
import { scoreTexts } from './score-texts.ts';
import { solveProblem } from './solve-problem.ts';

/** Implements GeneratorService. How tokens are drawn is the model's business, what passes the evaluator's. */
export function createGeneratorHandlers(deps: {
  readonly engine: Engine;
  readonly evaluator: RpcClient<typeof EvaluatorServiceService>;
}): GeneratorServiceServer {
  const { engine } = deps;
  return {
    sampleSolutions: serverStream((request: SampleSolutionsRequest, { signal }) =>
      sampleSolutions(request, engine, signal),
    ),
    solveProblem: serverStream((request: SolveProblemRequest, { signal }) => solveProblem(request, deps, signal)),
    scoreTexts: unary((request: ScoreTextsRequest, { signal }) => scoreTexts(request, engine, signal)),
    loadCheckpoint: unary(async ({ checkpoint }: LoadCheckpointRequest, { signal }) => {
      const reference = FieldPath.validated((at) => checkpointFromProto(checkpoint, at.field('checkpoint')));
      return modelToProto(await engine.load(reference, signal), engine);
    }),
    getModel: unary(() => modelToProto(engine.require(), engine)),
  };
}
