import type { Program } from '@leti/leti';
import type { EvaluatorServiceService } from '@leti/proto';
import type { RpcClient } from '@leti/rpc';
import { isOutage } from './is-outage.ts';
import { type Judged, OutgoingPrograms } from './outgoing-programs.ts';
import { type Backoff, Patience, type Wait } from './patience.ts';

/**
 * Judges any number of programs over one stream, with a new stream whenever the evaluator was away. Holds no more of
 * them than are under way there.
 *
 * @param options.client of an EvaluatorService; the caller closes it
 * @param options.programs with distinct ids; asked for as fast as the evaluator takes them
 * @param options.mostWaits in a row without a verdict between them, after which the evaluator's error is thrown
 * @returns one answer per program, in any order
 * @throws {RpcError} when the evaluator stays away; the signal's reason; what `programs` throws
 */
export async function* judgePrograms(options: {
  readonly client: RpcClient<typeof EvaluatorServiceService>;
  readonly programs: AsyncIterable<Program>;
  readonly signal: AbortSignal;
  readonly mostWaits: number;
  readonly onWait?: (wait: Wait) => void;
  readonly backoff?: Backoff;
}): AsyncGenerator<Judged> {
  const { client, signal, mostWaits } = options;
  const outgoing = new OutgoingPrograms(options.programs);
  const patience = new Patience('evaluator', options);
  let waits = 0;
  try {
    while (!outgoing.isDone) {
      let failure: unknown = new Error('the stream ended before every program was judged');
      const stream = outgoing.stream();
      try {
        for await (const { event } of client.evaluatePrograms(stream.requests(), { signal })) {
          const judged = outgoing.take(event, signal);
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
      if (outgoing.isDone) break;
      waits += 1;
      if (waits > mostWaits) throw failure;
      await patience.wait((failure as Error).message, signal);
    }
  } finally {
    outgoing.close();
  }
}
