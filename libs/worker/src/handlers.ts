/** What a handler in the worker gets beside the request. */
export interface WorkerContext<Progress = never> {
  /** Aborts when the caller aborts, or when the worker is to stop. Seen only when the handler yields to the event loop. */
  readonly signal: AbortSignal;
  /** Sends something to the caller's onProgress; resolves when it has left the process, so awaiting it bounds memory. */
  readonly emit: (progress: Progress) => Promise<void>;
}

/**
 * One method of a worker. Either returns the response, or is an async generator that yields progress and returns the
 * response. Requests, progress and responses are copied by structured clone: plain data, typed arrays, maps, dates.
 */
export type WorkerHandler<Request, Response, Progress = never> = (
  request: Request,
  context: WorkerContext<Progress>,
) => Response | Promise<Response> | AsyncGenerator<Progress, Response>;

/** The methods of a worker by name. */
// oxlint-disable-next-line typescript/no-explicit-any -- any handler, whatever it takes and gives
export type WorkerHandlers = Readonly<Record<string, WorkerHandler<any, any, any>>>;

/** What a handler takes. */
export type RequestOf<H> = H extends (request: infer Request, ...rest: never[]) => unknown ? Request : never;

/** What a handler gives in the end. */
export type ResponseOf<H> = H extends (...args: never[]) => infer Result
  ? Result extends AsyncGenerator<unknown, infer Response>
    ? Response
    : Awaited<Result>
  : never;

/** What a handler tells on the way. */
export type ProgressOf<H> = H extends (...args: never[]) => AsyncGenerator<infer Progress>
  ? Progress
  : H extends (request: never, context: WorkerContext<infer Progress>) => unknown
    ? Progress
    : never;
