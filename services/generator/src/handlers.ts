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
import { modelToProto } from './model-to-proto.ts';
import { sampleSolutions } from './sample-solutions.ts';
import { scoreTexts } from './score-texts.ts';
import type { ServedModel } from './served-model.ts';
import { solveProblem } from './solve-problem.ts';

/** Implements GeneratorService. How tokens are drawn is the model's business, what passes the evaluator's. */
export function createGeneratorHandlers(deps: {
  readonly model: ServedModel;
  readonly evaluator: RpcClient<typeof EvaluatorServiceService>;
}): GeneratorServiceServer {
  const { model } = deps;
  return {
    sampleSolutions: serverStream((request: SampleSolutionsRequest, { signal }) =>
      sampleSolutions(request, model, signal),
    ),
    solveProblem: serverStream((request: SolveProblemRequest, { signal }) => solveProblem(request, deps, signal)),
    scoreTexts: unary((request: ScoreTextsRequest, { signal }) => scoreTexts(request, model, signal)),
    loadCheckpoint: unary(async ({ checkpoint }: LoadCheckpointRequest, { signal }) => {
      const reference = FieldPath.validated((at) => checkpointFromProto(checkpoint, at.field('checkpoint')));
      return modelToProto(await model.load(reference, signal));
    }),
    getModel: unary(() => modelToProto(model.require())),
  };
}
