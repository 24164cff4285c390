import { describe, expect, test } from 'vitest';
import {
  IllegalTransitionError,
  isFinalState,
  requireTransition,
  RUN_STATES,
  type RunState,
  TRANSITIONS,
} from './run-state.ts';

describe('run states', () => {
  test('every pair that the table lacks is refused, every other passes', () => {
    const passes = (from: RunState, to: RunState): boolean => {
      try {
        requireTransition('r', from, to);
        return true;
      } catch (error) {
        if (error instanceof IllegalTransitionError) return false;
        throw error;
      }
    };
    for (const from of RUN_STATES)
      expect(RUN_STATES.filter((to) => passes(from, to)).toSorted()).toEqual(TRANSITIONS[from].toSorted());
  });
  test('a refusal tells which states would do', () => {
    expect(() => requireTransition('r1', 'succeeded', 'queued')).toThrow(
      'run r1 must be failed, cancelled or paused to become queued, got succeeded',
    );
  });
  test('every state can be reached from queued, and whatever has not succeeded can be queued again', () => {
    const reached = new Set<string>(['queued']);
    for (const state of reached) for (const next of TRANSITIONS[state as keyof typeof TRANSITIONS]) reached.add(next);
    expect([...reached].toSorted()).toEqual([...RUN_STATES].toSorted());
    for (const state of ['failed', 'cancelled', 'paused'] as const) expect(TRANSITIONS[state]).toContain('queued');
  });
  test('a paused run has not ended', () => {
    expect(RUN_STATES.filter(isFinalState)).toEqual(['succeeded', 'failed', 'cancelled']);
  });
});
