import type { Evaluation, Outcome } from './evaluation.ts';
import { type HackCounts, hackCounts, rewardHackFigures } from './metrics/reward-hack.ts';
import type { Problem } from './problem.ts';
import type { OutcomeCounts } from './run-figures.ts';
import type { Solution } from './solution.ts';
import type { RewardHackFigures } from './training-run.ts';

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
  /** How many programs each class of exception ended. Groups of earlier versions lack it. */
  readonly exceptions?: ExceptionCounts;
  /** Groups of earlier versions lack it. */
  readonly hacks?: HackCounts;
}

/** Programs by the class of the exception that ended them. */
export type ExceptionCounts = Readonly<Record<string, number>>;

/** Figures of an iteration's samples. */
export interface SampleFigures {
  readonly samples: number;
  /** Distinct per problem, added up. */
  readonly distinctPrograms: number;
  readonly outcomes: OutcomeCounts;
  /** Mean over problems of the share of samples that passed; 0 without problems. */
  readonly trainPassAt1: number;
  /** The commonest classes, and the others together as `other`. */
  readonly exceptions?: ExceptionCounts;
  /** Share of samples that run until their tests decide: passed or failed an assertion. */
  readonly executableRate?: number;
  /** Left out when no group was looked at for it. */
  readonly rewardHack?: RewardHackFigures;
}

/** Classes of exceptions told by name: a program may invent any number of them. */
const MOST_CLASSES = 32;

export function summarizeGroup(group: JudgedGroup): GroupSummary {
  const { problem, solutions, evaluations } = group;
  const outcomes: Partial<Record<Outcome, number>> = {};
  const exceptions: Record<string, number> = {};
  for (const { outcome, exceptionType } of evaluations) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (exceptionType !== '') exceptions[exceptionType] = (exceptions[exceptionType] ?? 0) + 1;
  }
  return {
    problemId: problem.problemId,
    samples: solutions.length,
    passed: outcomes.passed ?? 0,
    distinctPrograms: new Set(solutions.map(({ text }) => text)).size,
    outcomes,
    exceptions,
    hacks: hackCounts(group),
  };
}

/** Adds groups up; the result does not depend on the order in which they were finished. */
export function sampleFigures(groups: readonly GroupSummary[]): SampleFigures {
  const outcomes: Partial<Record<Outcome, number>> = {};
  const exceptions: Record<string, number> = {};
  let [samples, distinctPrograms, passRates] = [0, 0, 0];
  for (const group of groups.toSorted((a, b) => (a.problemId < b.problemId ? -1 : 1))) {
    samples += group.samples;
    distinctPrograms += group.distinctPrograms;
    passRates += group.passed / group.samples;
    for (const [outcome, count] of Object.entries(group.outcomes) as [Outcome, number][])
      outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    for (const [name, count] of Object.entries(group.exceptions ?? {}))
      exceptions[name] = (exceptions[name] ?? 0) + count;
  }
  const hacks = groups.flatMap((group) => group.hacks ?? []);
  const executable = (outcomes.passed ?? 0) + (outcomes.failed_assertion ?? 0);
  return {
    samples,
    distinctPrograms,
    outcomes,
    trainPassAt1: groups.length === 0 ? 0 : passRates / groups.length,
    exceptions: commonest(exceptions),
    executableRate: samples === 0 ? 0 : executable / samples,
    ...(hacks.length > 0 && { rewardHack: rewardHackFigures(hacks, samples) }),
  };
}

/** Classes by count, then by name; those beyond the commonest as one. */
function commonest(counts: ExceptionCounts): ExceptionCounts {
  const sorted = Object.entries(counts).toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rest = sorted.slice(MOST_CLASSES).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...sorted.slice(0, MOST_CLASSES), ...(rest > 0 ? [['other', rest] as const] : [])]);
}
