import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EvaluateProgramRequest,
  Evaluation,
  EvaluatorServiceService,
  GeneratorServiceClient,
  type GeneratorServiceService,
  type Model,
  Outcome,
  Problem,
  type Program,
  SampleSolutionsRequest,
  type Solution,
} from '@leti/proto';
import { createClient, createLogger, InvalidArgumentError, serve, unary, type RpcClient } from '@leti/rpc';
import { goldenPath } from '@leti/testing';
import { startGenerator, type RunningGenerator } from '../start-generator.ts';

/** A real model of 64 tokens and 64 positions. */
export const TINY_CHECKPOINT = goldenPath('codegen-tiny');

/** Settings of a generator for tests, but for what it evaluates with. */
export const TEST_CONFIG = { address: '127.0.0.1:0', rows: 16, lanes: 1, drainMs: 100, logLevel: 'silent' } as const;

/** Says nothing. */
export const silentLogger = createLogger({ name: 'test', level: 'silent' });

/** A generator with nothing loaded, a client of it, and an evaluator whose verdicts a test decides. */
export interface GeneratorFixture {
  readonly generator: RunningGenerator;
  readonly client: RpcClient<typeof GeneratorServiceService>;
  /** An empty folder, gone at the end. */
  readonly folder: string;
  /** Whether the evaluator lets a program pass. At first, none does. */
  passes: (program: Program) => boolean;
  /** Ids of the programs that the evaluator judged. */
  readonly judged: string[];
  /** Loads a folder; an empty digest takes it as it is. */
  load(path: string, digest?: string): Promise<Model>;
  /** The solutions of {@link sampleRequest}, as they come. */
  sample(fields?: Partial<SampleSolutionsRequest>, signal?: AbortSignal): Promise<Solution[]>;
  close(): Promise<void>;
}

/** Starts all of it on free ports. */
export async function startGeneratorFixture(): Promise<GeneratorFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'leti-generator-'));
  const judged: string[] = [];
  const judge = ({ program }: EvaluateProgramRequest): Evaluation => {
    const { programId, limits } = program!;
    if (limits?.processes === 99) {
      const description = 'must be at most 64, got 99';
      throw new InvalidArgumentError([{ field: 'program.limits.processes', description }]);
    }
    judged.push(programId);
    return Evaluation.create({ programId, outcome: fixture.passes(program!) ? Outcome.PASSED : Outcome.EXCEPTION });
  };
  const evaluator = await serve({
    address: '127.0.0.1:0',
    logger: silentLogger,
    handleSignals: false,
    drainMs: 0,
    services: [{ definition: EvaluatorServiceService, implementation: { evaluateProgram: unary(judge) } }],
  });
  const evaluatorAddress = `127.0.0.1:${evaluator.port}`;
  const options = { logger: silentLogger, handleSignals: false };
  const generator = await startGenerator({ ...TEST_CONFIG, evaluatorAddress, checkpoint: undefined }, options);
  const client = createClient(GeneratorServiceClient, `127.0.0.1:${generator.port}`);
  const fixture: GeneratorFixture = {
    generator,
    client,
    folder,
    judged,
    passes: () => false,
    load: (path, digest = '') => client.loadCheckpoint({ checkpoint: { path, digest } }),
    async sample(fields = {}, signal) {
      const solutions: Solution[] = [];
      const stream = client.sampleSolutions(sampleRequest(fields), { signal });
      for await (const { event } of stream) solutions.push(event!.value);
      return solutions;
    },
    async close() {
      client.close();
      await generator.close();
      await evaluator.close();
      await rm(folder, { recursive: true });
    },
  };
  return fixture;
}

export const problem = (problemId: string, prompt = `def ${problemId}`): Problem =>
  Problem.create({ problemId, prompt });

/** Three problems, four samples of twelve tokens each, unless `fields` want something else. */
export function sampleRequest(fields: Partial<SampleSolutionsRequest> = {}): SampleSolutionsRequest {
  return SampleSolutionsRequest.create({
    problems: [problem('a'), problem('b'), problem('c')],
    samplesPerProblem: 4,
    sampling: { temperature: 1, maxNewTokens: 12 },
    seed: 7n,
    ...fields,
  });
}

/** In the order of problems and samples, for problems come as they are finished. */
export const byId = (solutions: readonly Solution[]): Solution[] =>
  solutions.toSorted((a, b) => a.problemId.localeCompare(b.problemId) || a.sampleIndex - b.sampleIndex);
