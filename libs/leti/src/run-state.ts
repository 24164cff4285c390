/**
 * States of a run. A training run has all of them; a benchmark run, which is never paused and not resumed, is one of the
 * first five.
 */
export const RUN_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'paused'] as const;
export type RunState = (typeof RUN_STATES)[number];

/**
 * What may follow each state. A run that is found RUNNING when a trainer starts stays so and goes on by itself; `queued`
 * goes to `failed` when not even the beginning can be written down.
 */
export const TRANSITIONS: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'paused', 'cancelled', 'failed'],
  running: ['succeeded', 'failed', 'cancelled', 'paused'],
  paused: ['queued', 'cancelled'],
  failed: ['queued'],
  cancelled: ['queued'],
  succeeded: [],
};

/** A run was asked to go where its state does not lead. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';
  readonly runId: string;
  readonly from: RunState;
  readonly to: RunState;

  constructor(runId: string, from: RunState, to: RunState) {
    const sources = RUN_STATES.filter((state) => TRANSITIONS[state].includes(to));
    const want = sources.join(', ').replace(/, (\w+)$/, ' or $1');
    super(`run ${runId} must be ${want} to become ${to}, got ${from}`);
    this.runId = runId;
    this.from = from;
    this.to = to;
  }
}

/** @throws {IllegalTransitionError} unless {@link TRANSITIONS} leads from one to the other */
export function requireTransition(runId: string, from: RunState, to: RunState): void {
  if (!TRANSITIONS[from].includes(to)) throw new IllegalTransitionError(runId, from, to);
}

/** Whether a run in this state has ended. A paused run has not: it waits for its owner. */
export function isFinalState(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}
