import { setTimeout as sleep } from 'node:timers/promises';
import { FieldPath, trainingRunEventFromProto } from '@leti/convert';
import { isFinalState, type RecordedTrainingRunEvent } from '@leti/leti';
import type { BenchmarkRun } from '@leti/proto';
import { RpcError } from '@leti/rpc';
import { stateOf } from './any-run.ts';
import type { ServiceClients } from './supervisor/service-clients.ts';

/** How a watch bears a service that is away. */
export interface WatchPatience {
  readonly signal: AbortSignal;
  /** The stream broke; it is taken up again after the newest event that was seen. */
  readonly onOutage: (reason: string) => void;
  /** Longest time without an answer, milliseconds. @default 120 000 */
  readonly patienceMs?: number;
}

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 2000;

/** Statuses that a stream ends with when its server goes away under it. */
const OUTAGES: ReadonlySet<string> = new Set(['UNAVAILABLE', 'CANCELLED', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED']);

/** Runs `attempt` until it ends by itself, again after every outage; what it yields ends the outage. */
async function* throughOutages<T>(
  attempt: () => AsyncIterable<T>,
  { signal, onOutage, patienceMs = 120_000 }: WatchPatience,
): AsyncGenerator<T> {
  let delayMs = FIRST_DELAY_MS;
  let lastAnswer = performance.now();
  for (;;) {
    try {
      for await (const value of attempt()) {
        delayMs = FIRST_DELAY_MS;
        yield value;
        lastAnswer = performance.now();
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      const isOutage = error instanceof RpcError && OUTAGES.has(error.code);
      if (!isOutage || performance.now() - lastAnswer > patienceMs) throw error;
      onOutage(error.message);
      await sleep(delayMs, undefined, { signal });
      delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 2);
    }
  }
}

/**
 * The events of a training run until it ends, each once and in order, also across restarts of the trainer.
 * @param after number of the last event that is known already; 0 for none
 * @throws {RpcError} when there is no such run, or the trainer stays away longer than the patience
 */
export async function* watchTrainingRun(
  trainer: ServiceClients['trainer'],
  name: string,
  patience: WatchPatience,
  after = 0,
): AsyncGenerator<RecordedTrainingRunEvent> {
  const { signal } = patience;
  let last = after;
  async function* attempt(): AsyncGenerator<RecordedTrainingRunEvent> {
    for (;;) {
      for await (const { event } of trainer.watchTrainingRun({ name, afterEventNumber: BigInt(last) }, { signal })) {
        if (event === undefined || event.number <= BigInt(last)) continue;
        const recorded = FieldPath.validated((at) => trainingRunEventFromProto(event, at.field('event')));
        last = recorded.number;
        yield recorded;
      }
      // A server that goes down in order may end the stream as if the run had ended.
      const run = await trainer.getTrainingRun({ name }, { signal });
      if (isFinalState(stateOf(run)) && run.lastEventNumber <= BigInt(last)) return;
      await sleep(FIRST_DELAY_MS, undefined, { signal });
    }
  }
  yield* throughOutages(attempt, patience);
}

/**
 * A benchmark run at every change until it ends, also across restarts of the service; the last one is final.
 * @throws {RpcError} when there is no such run, or the service stays away longer than the patience
 */
export async function* watchBenchmarkRun(
  benchmark: ServiceClients['benchmark'],
  name: string,
  patience: WatchPatience,
): AsyncGenerator<BenchmarkRun> {
  const { signal } = patience;
  async function* attempt(): AsyncGenerator<BenchmarkRun> {
    for (;;) {
      for await (const { benchmarkRun } of benchmark.watchBenchmarkRun({ name }, { signal })) {
        if (benchmarkRun !== undefined) yield benchmarkRun;
      }
      const run = await benchmark.getBenchmarkRun({ name }, { signal });
      if (isFinalState(stateOf(run))) {
        yield run;
        return;
      }
      await sleep(FIRST_DELAY_MS, undefined, { signal });
    }
  }
  yield* throughOutages(attempt, patience);
}
