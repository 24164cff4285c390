/** queued → running → succeeded, failed or cancelled. */
export const RUN_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Whether a run in this state has ended. */
export function isFinalState(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}
