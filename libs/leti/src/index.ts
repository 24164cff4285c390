export { OUTCOMES } from './evaluation.ts';
export type { Evaluation, Limits, Outcome, Program } from './evaluation.ts';
export type { Problem } from './problem.ts';
export type { Condition, FinishReason, SamplingParameters, Solution } from './solution.ts';
