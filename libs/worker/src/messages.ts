import type { WireError } from './wire-error.ts';

/** From the parent to the worker. */
export type ParentMessage =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly request: unknown }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'stop' };

/** From the worker to the parent. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError };
