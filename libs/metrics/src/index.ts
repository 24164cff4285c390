// Scores and how sure they are. Pure.
export type { BootstrapOptions, Estimate } from './bootstrap.ts';
export { meanPassAtK, pairedDifference } from './mean-pass-at-k.ts';
export type { PairedCounts, ProblemCounts } from './mean-pass-at-k.ts';
export { passAtK } from './pass-at-k.ts';
