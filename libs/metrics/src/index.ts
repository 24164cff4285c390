// Scores and how sure they are. Pure.
export { bootstrapMean } from './bootstrap.ts';
export type { BootstrapOptions, Estimate } from './bootstrap.ts';
export { countOutcomes } from './count-outcomes.ts';
export { meanPassAtK, pairedDifference } from './mean-pass-at-k.ts';
export type { PairedCounts, ProblemCounts } from './mean-pass-at-k.ts';
export { passAtK } from './pass-at-k.ts';
export { wilsonInterval } from './wilson-interval.ts';
