import { setTimeout as sleep } from 'node:timers/promises';
import { isFinalState } from '@leti/leti';
import { type AnyRun, stateOf } from './any-run.ts';
import type { CommandContext } from './command-context.ts';
import type { ServiceClients } from './supervisor/service-clients.ts';

/** How long a run may take to stop, milliseconds. */
const PATIENCE_MS = 5000;
const POLL_MS = 100;

/**
 * Waits for work on a run. If the user interrupts it, the run is cancelled first: its services are about to be stopped,
 * and it should not go on by itself, ahead of others, when they are next started.
 * @param name of the run, training or benchmark
 */
export async function cancelOnInterrupt<T>(
  name: string,
  { trainer, benchmark }: ServiceClients,
  { output, signal }: CommandContext,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) {
      const training = name.startsWith('trainingRuns/');
      const settings = { timeoutMs: PATIENCE_MS };
      const stopped = await untilStopped(
        () =>
          training ? trainer.cancelTrainingRun({ name }, settings) : benchmark.cancelBenchmarkRun({ name }, settings),
        () => (training ? trainer.getTrainingRun({ name }, settings) : benchmark.getBenchmarkRun({ name }, settings)),
      ).catch(() => false);
      const resume = training ? `; to go on: leti up, then leti runs resume ${name}` : '';
      output.note(stopped ? `${name} cancelled${resume}` : `${name} goes on when the services are next started`);
    }
    throw error;
  }
}

async function untilStopped(cancel: () => Promise<unknown>, get: () => Promise<AnyRun>): Promise<boolean> {
  await cancel();
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (isFinalState(stateOf(await get()))) return true;
    await sleep(POLL_MS);
  }
  return false;
}
