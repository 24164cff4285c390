import type { Evaluation, Outcome } from './evaluation.ts';
import type { Problem } from './problem.ts';
import type { OutcomeCounts } from './run-figures.ts';
import type { Solution } from './solution.ts';

/** A problem's n samples with their verdicts: the unit in which work is cut, recorded and resumed. */
export interface JudgedGroup {
  readonly problem: Problem;
  /** By sample index, 0 … n − 1. */
  readonly solutions: readonly Solution[];
  /** As many as solutions, in their order. */
  readonly evaluations: readonly Evaluation[];
}

/** What a run remembers of a finished group. */
export interface GroupSummary {
  readonly problemId: string;
  readonly samples: number;
  readonly passed: number;
  /** Distinct texts among the solutions. */
  readonly distinctPrograms: number;
  readonly outcomes: OutcomeCounts;
}

/** Figures of an iteration's samples. */
export interface SampleFigures {
  readonly samples: number;
  /** Distinct per problem, added up. */
  readonly distinctPrograms: number;
  readonly outcomes: OutcomeCounts;
  /** Mean over problems of the share of samples that passed; 0 without problems. */
  readonly trainPassAt1: number;
}

export function summarizeGroup({ problem, solutions, evaluations }: JudgedGroup): GroupSummary {
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of evaluations) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    problemId: problem.problemId,
    samples: solutions.length,
    passed: outcomes.passed ?? 0,
    distinctPrograms: new Set(solutions.map(({ text }) => text)).size,
    outcomes,
  };
}

/** Adds groups up; the result does not depend on the order in which they were finished. */
export function sampleFigures(groups: readonly GroupSummary[]): SampleFigures {
  const outcomes: Partial<Record<Outcome, number>> = {};
  let [samples, distinctPrograms, passRates] = [0, 0, 0];
  for (const group of groups.toSorted((a, b) => (a.problemId < b.problemId ? -1 : 1))) {
    samples += group.samples;
    distinctPrograms += group.distinctPrograms;
    passRates += group.passed / group.samples;
    for (const [outcome, count] of Object.entries(group.outcomes) as [Outcome, number][])
      outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  }
  return { samples, distinctPrograms, outcomes, trainPassAt1: groups.length === 0 ? 0 : passRates / groups.length };
}
