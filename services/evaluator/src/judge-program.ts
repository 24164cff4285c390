import type { Evaluation, Program } from '@leti/leti';
import type { Caller, ProgramRunner } from '@leti/sandbox';
import type { EvaluatorMetrics } from './evaluator-metrics.ts';

/** Judges a program that has been read and admitted. */
export type JudgeProgram = (program: Program, signal: AbortSignal, caller: Caller) => Promise<Evaluation>;

/** The runner, with its verdicts counted and timed. */
export function countedJudge(runner: ProgramRunner, metrics: EvaluatorMetrics): JudgeProgram {
  return async (program, signal, caller) => {
    const started = performance.now();
    const evaluation = await runner.evaluate(program, { signal, caller });
    metrics.verdict(evaluation, (performance.now() - started) / 1000);
    return evaluation;
  };
}
