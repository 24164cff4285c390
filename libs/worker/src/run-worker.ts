import type { WorkerHandlers } from './handlers.ts';
import type { ParentMessage, WorkerMessage } from './messages.ts';
import { guardAgainstOrphaning } from './orphan-guard.ts';
import { wireErrorFrom } from './wire-error.ts';

/** Settings of a worker's own side. */
export interface RunWorkerOptions {
  /** Releases what the worker holds, after the last call; runs on an orderly stop only. */
  readonly onStop?: () => void | Promise<void>;
}

/**
 * The last line of a worker's module: serves the handlers to the process that started it. Calls may run at the same
 * time; a handler that must be alone sees to it. The process ends when the parent stops it or is gone, however it went.
 * @throws when this process was not started by startWorker()
 */
export function runWorker(handlers: WorkerHandlers, { onStop }: RunWorkerOptions = {}): void {
  if (process.send === undefined) throw new Error('runWorker() works only in a process made by startWorker()');
  guardAgainstOrphaning();
  const running = new Map<number, { controller: AbortController; done: Promise<void> }>();
  // Ctrl-C reaches the whole process group; it is the parent that decides when the worker ends.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: ParentMessage) => {
    switch (message.type) {
      case 'call': {
        const controller = new AbortController();
        const done = serveCall(handlers, message, controller.signal).finally(() => running.delete(message.id));
        running.set(message.id, { controller, done });
        break;
      }
      case 'abort':
        running.get(message.id)?.controller.abort();
        break;
      case 'stop':
        void stop([...running.values()], onStop);
        break;
    }
  });
  void send({ type: 'ready' });
}

async function serveCall(
  handlers: WorkerHandlers,
  { id, method, request }: ParentMessage & { type: 'call' },
  signal: AbortSignal,
): Promise<void> {
  const emit = (value: unknown): Promise<void> => send({ type: 'progress', id, value });
  try {
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
    if (handler === undefined) throw new TypeError(`the worker has no method ${method}`);
    const result: unknown = handler(request, { signal, emit });
    const value = isAsyncGenerator(result) ? await pump(result, emit, signal) : await result;
    await send({ type: 'result', id, value });
  } catch (error) {
    await send({ type: 'error', id, error: wireErrorFrom(error) });
  }
}

async function pump(
  generator: AsyncGenerator,
  emit: (value: unknown) => Promise<void>,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    for (;;) {
      const next: IteratorResult<unknown, unknown> = await generator.next();
      if (next.done === true) return next.value;
      signal.throwIfAborted();
      await emit(next.value);
    }
  } finally {
    await generator.return(undefined);
  }
}

async function stop(
  calls: readonly { controller: AbortController; done: Promise<void> }[],
  onStop: RunWorkerOptions['onStop'],
): Promise<void> {
  for (const { controller } of calls) controller.abort();
  await Promise.all(calls.map(({ done }) => done));
  await onStop?.();
  process.exit(0);
}

/** Resolves when the message has left this process; a parent that is gone is no failure here. */
function send(message: WorkerMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    try {
      process.send?.(message, undefined, {}, () => resolve());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_IPC_CHANNEL_CLOSED') resolve();
      else reject(error as Error); // the value cannot be copied
    }
  });
}

function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}
