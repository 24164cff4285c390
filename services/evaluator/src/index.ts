/** @module The evaluator as a part: what a test, or a program that hosts it, starts. Its own program is main.ts. */
export { EvaluatorConfig } from './config.ts';
export { startEvaluator } from './start-evaluator.ts';
export type { RunningEvaluator } from './start-evaluator.ts';
