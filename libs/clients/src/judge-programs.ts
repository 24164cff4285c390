import type { Program } from '@leti/leti';
import type { EvaluatorServiceService } from '@leti/proto';
import { RpcError, type RpcClient } from '@leti/rpc';
import { isOutage } from './is-outage.ts';
import { type Judged, OutgoingPrograms } from './outgoing-programs.ts';
import { type Backoff, DEFAULT_BACKOFF, Patience, type Wait } from './patience.ts';

/**
 * Judges any number of programs over one stream, with a new stream whenever the evaluator was away. Holds no more of
 * them than are under way there.
 *
 * @param options.client of an EvaluatorService; the caller closes it
 * @param options.programs with distinct ids; asked for as fast as the evaluator takes them
 * @param options.mostWaits in a row without a verdict between them, after which the evaluator's error is thrown;
 *   @default Infinity: who wants an end aborts the signal
 * @param options.onWait is told before every wait
 * @param options.backoff between streams, and before a program that lost its sandbox is sent again
 * @returns for each program, in any order and exactly once, its verdict or why it has none: it was refused, it lost every
 *   sandbox, or streams broke again and again with no verdict at all though the evaluator is there
 * @throws {RpcError} when the evaluator stays away, or says what waiting cannot cure; the signal's reason; what `programs` throws
 */
export async function* judgePrograms(options: {
  readonly client: RpcClient<typeof EvaluatorServiceService>;
  readonly programs: AsyncIterable<Program>;
  readonly signal: AbortSignal;
  readonly mostWaits?: number;
  readonly onWait?: (wait: Wait) => void;
  readonly backoff?: Backoff;
}): AsyncGenerator<Judged> {
  const { client, programs, signal, mostWaits = Infinity, backoff = DEFAULT_BACKOFF } = options;
  const outgoing = new OutgoingPrograms(programs, backoff);
  const patience = new Patience('evaluator', options);
  let waits = 0;
  try {
    while (!outgoing.isDone) {
      let failure = new RpcError({
        code: 'UNAVAILABLE',
        message: 'the stream ended before every program was judged',
      });
      const stream = outgoing.stream();
      try {
        for await (const { event } of client.evaluatePrograms(stream.requests(), { signal })) {
          const judged = outgoing.take(event);
          if (judged === undefined) continue;
          patience.progress();
          waits = 0;
          yield judged;
        }
      } catch (error) {
        signal.throwIfAborted();
        if (!isOutage(error)) throw error;
        failure = error;
      } finally {
        stream.end();
      }
      // One that is full takes no streams, and breaks none.
      if (failure.code !== 'RESOURCE_EXHAUSTED') yield* outgoing.cut(failure.message);
      if (outgoing.isDone) break;
      do {
        waits += 1;
        if (waits > mostWaits) throw failure;
        await patience.wait(failure.message, signal);
      } while (!(await isThere(client, signal)));
    }
  } finally {
    outgoing.close();
  }
}

/** Whether the evaluator answers. Streams are opened to one that does, so that one which ends them all is told from one that is away. */
async function isThere(client: RpcClient<typeof EvaluatorServiceService>, signal: AbortSignal): Promise<boolean> {
  try {
    await client.getEvaluatorInfo({}, { signal });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    // Any other word of it is an answer.
    return !isOutage(error);
  }
}
