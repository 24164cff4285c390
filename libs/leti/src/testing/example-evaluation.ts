import type { Evaluation } from '../evaluation.ts';

/** For tests: an evaluation that passed at small, known cost, with what a test says otherwise. */
export function exampleEvaluation(more: Partial<Evaluation> = {}): Evaluation {
  return {
    programId: 'p',
    outcome: 'passed',
    feedback: '',
    exceptionType: '',
    failedTestIndex: undefined,
    cpuTimeMs: 1,
    wallTimeMs: 1,
    peakMemoryBytes: 1,
    outputBytes: 0,
    exitSignal: 0,
    executions: 1,
    ...more,
  };
}
