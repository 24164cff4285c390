import { checkpointDigest } from '@leti/checkpoint';
import { sampleSeed } from '@leti/leti';
import {
  Evaluation,
  EvaluatorServiceService,
  FinishReason,
  GeneratorServiceService,
  Model,
  Outcome,
  Solution,
  type EvaluateProgramsRequest,
  type EvaluateProgramsResponse,
  type LoadCheckpointRequest,
  type SampleSolutionsRequest,
  type SampleSolutionsResponse,
} from '@leti/proto';
import { bidiStream, createLogger, RpcError, type RunningServer, serve, serverStream, unary } from '@leti/rpc';
import { loadTokenizer } from '@leti/tokenizer';

const logger = createLogger({ name: 'test', level: 'silent' });
const unavailable = (method: string) =>
  unary<unknown, never>(() => {
    throw new RpcError({ code: 'UNIMPLEMENTED', message: method });
  });

/** A service that can go away and come back at the same address. */
export class Restartable {
  readonly #start: (address: string) => Promise<RunningServer>;
  #server: RunningServer | undefined;
  address = '127.0.0.1:0';

  constructor(start: (address: string) => Promise<RunningServer>) {
    this.#start = start;
  }
  async up(): Promise<void> {
    this.#server = await this.#start(this.address);
    this.address = `127.0.0.1:${this.#server.port}`;
  }
  async down(): Promise<void> {
    await this.#server?.close();
    this.#server = undefined;
  }
}

export interface GeneratorScript {
  /** Runs before each group is sent. */
  beforeGroup: (problemId: string, request: SampleSolutionsRequest) => Promise<void> | void;
  readonly requests: SampleSolutionsRequest[];
}

/**
 * A generator whose samples are letters drawn by the sample's seed and the weights' digest, under the generator's
 * contract: same arguments, same texts. It forgets the checkpoint when it restarts.
 */
export function scriptedGenerator(script: GeneratorScript): Restartable {
  return new Restartable((address) => {
    let loaded: { path: string; digest: string } | undefined;
    return serve({
      address,
      logger,
      handleSignals: false,
      drainMs: 0,
      services: [
        {
          definition: GeneratorServiceService,
          implementation: {
            loadCheckpoint: unary<LoadCheckpointRequest, Model>(async ({ checkpoint }) => {
              const { path, digest } = checkpoint!;
              const actual = await checkpointDigest(path);
              if (digest !== '' && digest !== actual)
                throw new RpcError({ code: 'FAILED_PRECONDITION', message: 'other digest', reason: 'CHECKPOINT_DIGEST_MISMATCH' }); // prettier-ignore
              loaded = { path, digest: actual };
              return Model.create({ checkpoint: loaded });
            }),
            sampleSolutions: serverStream<SampleSolutionsRequest, SampleSolutionsResponse>(async function* (request) {
              script.requests.push(request);
              const { problems, samplesPerProblem, seed, condition, expectedWeightsDigest } = request;
              if (loaded === undefined || loaded.digest !== expectedWeightsDigest)
                throw new RpcError({ code: 'FAILED_PRECONDITION', message: 'other weights', reason: 'OTHER_WEIGHTS_LOADED' }); // prettier-ignore
              const { digest } = loaded;
              const tokenizer = await loadTokenizer(loaded.path);
              for (const { problemId } of problems) {
                await script.beforeGroup(problemId, request);
                for (let sampleIndex = 0; sampleIndex < samplesPerProblem; sampleIndex++) {
                  const own = sampleSeed(seed, `${problemId} ${digest}`, sampleIndex);
                  const text = [0, 1, 2, 3].map((i) => 'abcdefgh'[Number((own >> BigInt(8 * i)) & 7n)]).join('');
                  const tokenIds = [...tokenizer.encode(text), tokenizer.special.eos];
                  const solution = Solution.create({
                    problemId,
                    sampleIndex,
                    text,
                    tokenIds,
                    logprobs: tokenIds.map(() => -1),
                    finishReason: FinishReason.EOS,
                    weightsDigest: digest,
                    seed: own,
                    condition,
                  });
                  yield { event: { $case: 'solution', value: solution } };
                }
              }
            }),
            solveProblem: unavailable('SolveProblem'),
            scoreTexts: unavailable('ScoreTexts'),
            getModel: unavailable('GetModel'),
          },
        },
      ],
    });
  });
}

export interface EvaluatorScript {
  beforeProgram: (programId: string) => Promise<void> | void;
  /** Ids of the programs judged, in order. */
  readonly judged: string[];
}

/** An evaluator that passes solutions which begin with a letter before e, and raises NameError for the others. */
export function scriptedEvaluator(script: EvaluatorScript): Restartable {
  return new Restartable((address) =>
    serve({
      address,
      logger,
      handleSignals: false,
      drainMs: 0,
      services: [
        {
          definition: EvaluatorServiceService,
          implementation: {
            evaluateProgram: unavailable('EvaluateProgram'),
            evaluatePrograms: bidiStream<EvaluateProgramsRequest, EvaluateProgramsResponse>(async function* (requests) {
              for await (const { program } of requests) {
                const { programId, solution } = program!;
                await script.beforeProgram(programId);
                script.judged.push(programId);
                const passed = solution < 'e';
                const value = Evaluation.create({
                  programId,
                  outcome: passed ? Outcome.PASSED : Outcome.EXCEPTION,
                  feedback: passed ? '' : 'NameError',
                  exceptionType: passed ? '' : 'NameError',
                });
                yield { event: { $case: 'evaluation', value } };
              }
            }),
            getEvaluatorInfo: unavailable('GetEvaluatorInfo'),
          },
        },
      ],
    }),
  );
}
