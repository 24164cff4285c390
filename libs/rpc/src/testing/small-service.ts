// A server and clients for the tests of this package: a unary, a server-streaming and a bidirectional method.
import {
  Evaluation,
  EvaluateProgramRequest,
  EvaluateProgramsRequest,
  EvaluateProgramsResponse,
  EvaluatorServiceClient,
  EvaluatorServiceService,
  TrainerServiceClient,
  TrainerServiceService,
  WatchTrainingRunResponse,
  type WatchTrainingRunRequest,
} from '@leti/proto';
import { onTestFinished } from 'vitest';
import { bidiStream } from '../bidi-stream.ts';
import type { CallContext } from '../call-context.ts';
import { createClient, type ClientOptions, type RpcClient } from '../create-client.ts';
import { createLogger } from '../logger.ts';
import type { HandlerOptions } from '../run-call.ts';
import { serve, type RunningServer, type ServedService, type ServeOptions } from '../serve.ts';
import { serverStream } from '../server-stream.ts';
import { unary } from '../unary.ts';

/** What the methods do; those left out answer with nothing. */
export interface SmallHandlers {
  /** EvaluatorService.EvaluateProgram: program id → program id. */
  readonly one?: (id: string, context: CallContext) => string | Promise<string>;
  /** TrainerService.WatchTrainingRun: run name → event numbers. */
  readonly many?: (name: string, context: CallContext) => AsyncIterable<number>;
  readonly manyOptions?: HandlerOptions;
  /** EvaluatorService.EvaluatePrograms: program ids → program ids. */
  readonly both?: (ids: AsyncIterable<string>, context: CallContext) => AsyncIterable<string>;
}

export function smallServices({ one, many, manyOptions, both }: SmallHandlers): ServedService[] {
  const evaluator = {
    ...(one && {
      evaluateProgram: unary(async ({ program }: EvaluateProgramRequest, context) =>
        Evaluation.create({ programId: await one(program?.programId ?? '', context) }),
      ),
    }),
    ...(both && {
      evaluatePrograms: bidiStream(async function* (requests: AsyncIterable<EvaluateProgramsRequest>, context) {
        async function* ids(): AsyncGenerator<string> {
          for await (const { program } of requests) yield program?.programId ?? '';
        }
        for await (const programId of both(ids(), context)) {
          const value = Evaluation.create({ programId });
          yield EvaluateProgramsResponse.create({ event: { $case: 'evaluation', value } });
        }
      }),
    }),
  };
  const trainer = {
    ...(many && {
      watchTrainingRun: serverStream(async function* ({ name }: WatchTrainingRunRequest, context) {
        for await (const number of many(name, context)) {
          yield WatchTrainingRunResponse.create({ event: { number: BigInt(number) } });
        }
      }, manyOptions),
    }),
  };
  return [
    { definition: EvaluatorServiceService, implementation: evaluator },
    { definition: TrainerServiceService, implementation: trainer },
  ];
}

/** The methods as a caller sees them. */
export interface SmallClient {
  one(id: string, settings?: Settings): Promise<string>;
  many(name: string, settings?: Settings): AsyncGenerator<number>;
  both(ids: AsyncIterable<string>, settings?: Settings): AsyncGenerator<string>;
  readonly evaluator: RpcClient<typeof EvaluatorServiceService>;
}
type Settings = Parameters<RpcClient<typeof EvaluatorServiceService>['evaluateProgram']>[1];

/** A client that is closed when the running test has ended. */
export function smallClient(address: string, options: ClientOptions = {}): SmallClient {
  const { idempotent = [], ...rest } = options;
  const evaluator = createClient(EvaluatorServiceClient, address, {
    ...rest,
    idempotent: idempotent.filter((name) => name === 'evaluateProgram'),
  });
  const trainer = createClient(TrainerServiceClient, address, {
    ...rest,
    idempotent: idempotent.filter((name) => name === 'watchTrainingRun'),
  });
  onTestFinished(() => {
    evaluator.close();
    trainer.close();
  });
  async function* many(name: string, settings?: Settings): AsyncGenerator<number> {
    for await (const { event } of trainer.watchTrainingRun({ name, afterEventNumber: 0n }, settings)) {
      yield Number(event?.number);
    }
  }
  async function* both(ids: AsyncIterable<string>, settings?: Settings): AsyncGenerator<string> {
    async function* requests(): AsyncGenerator<EvaluateProgramsRequest> {
      for await (const programId of ids) yield EvaluateProgramsRequest.create({ program: { programId } });
    }
    for await (const { event } of evaluator.evaluatePrograms(requests(), settings)) {
      yield event?.$case === 'evaluation' ? event.value.programId : '';
    }
  }
  return {
    one: async (programId, settings) => {
      const request = EvaluateProgramRequest.create({ program: { programId } });
      return (await evaluator.evaluateProgram(request, settings)).programId;
    },
    many,
    both,
    evaluator,
  };
}

/** A server on a free port that is closed when the running test has ended; `lines` are what it logs. */
export async function smallServer(
  handlers: SmallHandlers,
  options: Partial<ServeOptions> = {},
): Promise<RunningServer & { readonly address: string; readonly lines: readonly Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const server = await serve({
    address: '127.0.0.1:0',
    services: smallServices(handlers),
    logger: createLogger({ name: 'test', level: 'debug', stream }),
    handleSignals: false,
    drainMs: 0,
    ...options,
  });
  onTestFinished(() => server.close());
  return { ...server, address: `127.0.0.1:${server.port}`, lines };
}

/** Everything that an iterable gives. */
export async function collect<T>(items: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const item of items) into.push(item);
  return into;
}
