import type { StartWorkerOptions, Worker } from '@leti/worker';
import type { ModelDescription } from './describe-model.ts';
import { lanesFor } from './lanes.ts';
import type { LoadOrder } from './model-messages.ts';
import { ModelTeam, type OrderOptions } from './model-team.ts';
import type { ModelHandlers } from './model-worker.ts';

/**
 * The processes that hold the model, as one worker: a single one with all cores, or, for a small model, a *lane* with one
 * thread for each core; lanes together draw about twice as fast as one process with as many threads (docs/log.md). A
 * group's samples are divided among them; which lane draws a sample makes no difference to its text.
 *
 * Lanes change weights together: orders that have begun end on the old ones, those that come meanwhile wait. Where a checkpoint
 * wants another number of processes, these are started beside the old ones, which serve until the new have loaded.
 * Loads must come one after the other.
 * @param options as for `startWorker`; `lanes`: at least 1
 */
export function startModelWorkers({
  lanes,
  ...options
}: StartWorkerOptions<ModelHandlers> & { readonly lanes: number }): Worker<ModelHandlers> {
  let team = new ModelTeam(1, options);
  let stopped = false;

  async function load(order: LoadOrder): Promise<ModelDescription> {
    const size = (await lanesFor(order.folder, lanes)) ?? team.size;
    if (size === team.size) return team.load(order);
    const old = team;
    const fresh = new ModelTeam(size, options, false);
    try {
      const model = await fresh.load(order);
      if (stopped) return model;
      fresh.serve();
      team = fresh;
      void old.settled().then(() => old.stop());
      return model;
    } finally {
      if (team !== fresh) await fresh.stop();
    }
  }

  const call = (method: keyof ModelHandlers, request: never, how: OrderOptions = {}): Promise<unknown> => {
    if (method === 'load') return load(request);
    if (method === 'sampleGroup') return team.sampleGroup(request, how);
    return method === 'plan' ? team.plan(request, how) : team.ask(method, request, how);
  };
  return {
    call: call as Worker<ModelHandlers>['call'],
    ready: () => team.ready(),
    get pid() {
      return team.pid;
    },
    stop: async (how) => {
      stopped = true;
      await team.stop(how);
    },
  };
}
