import { startWorker, type StartWorkerOptions, type Worker, type WorkerCalls } from '@leti/worker';
import type { ModelDescription } from './describe-model.ts';
import { shares } from './lanes.ts';
import type { DrawnGroup, GroupOrder, LoadOrder, PromptPlan, PromptsToPlan } from './model-messages.ts';
import type { ModelHandlers } from './model-worker.ts';

/** How long an order may take, from outside. */
export interface OrderOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Both of TensorFlow's pools: what runs a kernel in parts, and what runs kernels side by side. */
const ONE_THREAD = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };

/** Processes that hold the same model: one that has all cores, or lanes with one thread each. */
export class ModelTeam {
  readonly #workers: readonly Worker<ModelHandlers>[];
  /** Samples that each worker has under way. */
  readonly #busy: number[];
  readonly #running = new Set<Promise<unknown>>();
  /** Resolves when orders may begin; pending while lanes change weights. */
  #gate: Promise<void> = Promise.resolve();
  /** What was loaded last, and what is being loaded: a new process starts with the one or the other. */
  #order: LoadOrder | undefined;
  #pending: LoadOrder | undefined;
  /** New processes are brought into their state one after the other: `initialize` need not know that there are several. */
  #initializing: Promise<unknown> = Promise.resolve();
  #serving: boolean;

  /** @param options as for `startWorker` @param serving whether ends are told and made good from the start; see `serve` */
  constructor(size: number, options: StartWorkerOptions<ModelHandlers>, serving = true) {
    this.#serving = serving;
    const { initialize, onExit, defaultEnv } = options;
    this.#busy = Array.from({ length: size }, () => 0);
    this.#workers = this.#busy.map(() =>
      startWorker<ModelHandlers>(new URL('./model-worker.ts', import.meta.url), {
        ...options,
        defaultEnv: { ...defaultEnv, ...(size > 1 && ONE_THREAD) },
        initialize: async (calls) => {
          if (!this.#serving || initialize === undefined) return;
          const turn = this.#initializing.then(() => initialize(this.#asLane(calls, true)));
          this.#initializing = turn.catch(() => {});
          await turn;
        },
        onExit: (exit) => {
          if (this.#serving) onExit?.(exit);
        },
      }),
    );
  }

  /** How many processes. */
  get size(): number {
    return this.#workers.length;
  }

  /** Process id of the first; undefined while it does not run. */
  get pid(): number | undefined {
    return this.#workers[0]!.pid;
  }

  /** From now on ends are told to `onExit`, and a new process is brought into its state by `initialize`. */
  serve(): void {
    this.#serving = true;
  }

  /** Resolves when all processes are up. */
  async ready(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.ready()));
  }

  /** Ends all processes. */
  async stop(how?: { readonly graceMs?: number }): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop(how)));
  }

  /** Resolves when the orders that are under way have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /** Loads a checkpoint everywhere or nowhere. */
  async load(order: LoadOrder): Promise<ModelDescription> {
    this.#pending = order;
    try {
      const model = await (this.size === 1
        ? this.#workers[0]!.call('load', order)
        : this.#alone(() => this.#loadLanes(order)));
      this.#order = { ...order, digest: model.digest };
      return model;
    } finally {
      this.#pending = undefined;
    }
  }

  /** What prompts come to. */
  async plan(request: PromptsToPlan, how: OrderOptions): Promise<PromptPlan> {
    const plan = await this.#run(() => this.#workers[0]!.call('plan', request, how));
    return { ...plan, windowSamples: this.size * plan.windowSamples };
  }

  /** Draws one problem's samples, in the order's order, all from one model. */
  sampleGroup(order: GroupOrder, { signal }: OrderOptions): Promise<DrawnGroup> {
    return this.#run(async () => {
      signal?.throwIfAborted();
      const failed = new AbortController();
      const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
      const parts = shares(order.samples, this.#busy).map(async ({ lane, items }) => {
        this.#busy[lane]! += items.length;
        try {
          return await this.#workers[lane]!.call('sampleGroup', { ...order, samples: items }, { signal: either });
        } catch (error) {
          failed.abort(error);
          throw error;
        } finally {
          this.#busy[lane]! -= items.length;
        }
      });
      const settled = await Promise.allSettled(parts);
      failed.signal.throwIfAborted();
      const drawn = settled.map((part) => (part as PromiseFulfilledResult<DrawnGroup>).value);
      const { digest } = drawn[0]!;
      if (drawn.some((part) => part.digest !== digest)) throw new Error('lanes must draw from the same weights');
      return { digest, samples: drawn.flatMap(({ samples }) => samples) };
    });
  }

  /** Any other call, to the first. */
  ask(method: keyof ModelHandlers, request: never, how: OrderOptions): Promise<unknown> {
    return this.#run(() => this.#workers[0]!.call(method, request, how));
  }

  async #loadLanes(order: LoadOrder): Promise<ModelDescription> {
    const settled = await Promise.allSettled(this.#workers.map((worker) => this.#asLane(worker).call('load', order)));
    const failure = settled.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
    if (failure === undefined) return (settled[0] as PromiseFulfilledResult<ModelDescription>).value;
    // All of them: one that ended meanwhile may have begun anew with what was to be loaded.
    this.#pending = undefined;
    await Promise.all(this.#workers.map((worker) => this.#goBack(worker)));
    throw failure.reason;
  }

  /** Gives a lane the weights from before, if it has others. One that cannot take them begins anew. */
  async #goBack(lane: Worker<ModelHandlers>): Promise<void> {
    if (this.#order === undefined) return; // the team has never served, and will not
    try {
      await this.#asLane(lane).call('load', this.#order);
    } catch {
      if (lane.pid !== undefined) process.kill(lane.pid, 'SIGKILL');
    }
  }

  /**
   * A lane shares the memory with the others.
   * @param anew whether it is a new process, which is to hold what the others do, whatever it is told
   */
  #asLane(calls: WorkerCalls<ModelHandlers>, anew = false): WorkerCalls<ModelHandlers> {
    const ordered = (order: LoadOrder): LoadOrder => {
      const wanted = (anew ? (this.#pending ?? this.#order) : undefined) ?? order;
      if (this.size === 1) return wanted;
      return { ...wanted, memoryShare: 1 / this.size };
    };
    return {
      call: (method, request, how) =>
        calls.call(method, method === 'load' ? (ordered(request as LoadOrder) as typeof request) : request, how),
    };
  }

  /** Runs something while no order is under way; orders that come meanwhile wait. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    try {
      await this.settled();
      return await work();
    } finally {
      resolve();
    }
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    await this.#gate;
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}
