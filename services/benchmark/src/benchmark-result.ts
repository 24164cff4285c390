import { sampleFigures, type BenchmarkResult, type GroupSummary, type PhaseSeconds } from '@leti/leti';
import { meanPassAtK } from '@leti/metrics';
import type { ResolvedSettings } from './resolve-settings.ts';

/**
 * The figures of a run whose problems are all finished. They do not depend on the order in which that happened.
 * @param groups one per problem, 1 or more
 */
export function benchmarkResult(
  settings: ResolvedSettings,
  groups: readonly GroupSummary[],
  phases: PhaseSeconds,
): BenchmarkResult {
  const { samples, outcomes } = sampleFigures(groups);
  const counts = byProblem(groups).map((group) => ({ n: group.samples, c: group.passed }));
  return {
    passAtK: settings.ks.map((k) => ({ k, ...meanPassAtK(counts, k, { seed: settings.seed }) })),
    outcomes,
    problems: groups.length,
    samples,
    weightsDigest: settings.checkpoint.digest,
    phases,
  };
}

/** Groups in an order that everybody agrees on. */
function byProblem(groups: readonly GroupSummary[]): readonly GroupSummary[] {
  return groups.toSorted((a, b) => (a.problemId < b.problemId ? -1 : 1));
}
