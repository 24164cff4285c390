import type { Limits, OutcomeCounts } from '@leti/leti';
import type { CacheUse, EvaluatorInfo } from '@leti/proto';
import { formatPassAtK, formatSeconds, formatShare } from '../output/format-figures.ts';
import type { Output } from '../output/output.ts';
import { outcomeTable } from '../output/print-training-result.ts';
import { shownPath } from '../output/shown-path.ts';
import type { SampleCounts } from './check-samples.ts';
import { limitsInForce } from './limit-options.ts';
import type { ProblemSet } from './problem-set.ts';
import type { SampleScore } from './sample-score.ts';

/** What a sample file came to. */
export interface ScoredSamples {
  readonly solutions: string;
  readonly problems: ProblemSet;
  readonly counts: SampleCounts;
  readonly score: SampleScore;
  readonly ks: readonly number[];
  readonly limits: Partial<Limits>;
  readonly evaluator: EvaluatorInfo;
  readonly seconds: number;
  readonly out: string | undefined;
}

/** Prints pass@k with intervals, the outcomes, what was left out and what took longest. */
export function printScore(scored: ScoredSamples, output: Output): void {
  const { problems, counts, score, ks, evaluator, seconds, out } = scored;
  const { passed, total, reused, slowest } = score;
  const passAtK = ks.map((k) => ({ k, ...score.passAtK(k) }));
  output.text(
    `${problems.task}: ${passed}/${total} samples passed (${formatShare(passed / total)}), ${counts.size} ${counts.size === 1 ? 'problem' : 'problems'}`,
  );
  for (const line of coverage(problems, counts)) output.text(line);
  for (const { k, ...interval } of passAtK) output.text(formatPassAtK(k, interval));
  output.text();
  const outcomes: OutcomeCounts = score.outcomes;
  for (const line of outcomeTable([{ title: 'samples', outcomes }])) output.text(line);
  output.text();
  if (slowest !== undefined) {
    const { line, problem, cpuTimeMs } = slowest;
    output.text(`slowest: line ${line}, ${problem}, ${(cpuTimeMs / 1000).toFixed(2)} s of processor time`);
  }
  output.text(
    `${formatSeconds(seconds)} on ${evaluator.slots} slots of ${evaluator.runtime} with Python ${evaluator.pythonVersion}; ` +
      `${total - reused} programs run, ${reused} verdicts given again`,
  );
  for (const line of cacheLines(evaluator)) output.text(line);
  if (out !== undefined) output.text(`results: ${shownPath(out)}`);
  output.data(scoreJson(scored, passAtK));
}

/** How often the evaluator's kept verdicts served, all its callers together. */
function cacheLines({ cacheUse }: EvaluatorInfo): string[] {
  const { hits, misses, hitsBySameTokens } = cacheUse ?? { hits: 0n, misses: 0n, hitsBySameTokens: 0n };
  const programs = hits + misses;
  if (programs === 0n) return [];
  const share = formatShare(Number(hits) / Number(programs));
  return [
    `cache of the evaluator since its start: ${hits} of ${programs} programs were not run (${share}), ` +
      `${hitsBySameTokens} of them for the same tokens`,
  ];
}

/** Loud when problems have no sample: pass@k is then over the others. */
function coverage({ task, problems, splits }: ProblemSet, counts: SampleCounts): string[] {
  const missing = problems.length - counts.size;
  if (missing === 0) return [];
  const parts = [...splits].map(([split, inSplit]) => {
    const attempted = inSplit.filter(({ problemId }) => counts.has(problemId)).length;
    return `${split} ${attempted}/${inSplit.length}`;
  });
  return [
    `NOTE: ${missing} of the ${problems.length} problems of ${task} have no sample (attempted: ${parts.join(', ')}).`,
    `      pass@k is over the ${counts.size} attempted; --split takes a part of the task.`,
  ];
}

/** So many ids of problems without a sample are in the JSON; how many there are, `total` and `attempted` say. */
const MOST_IDS = 1000;

/** What `--json` prints. */
function scoreJson(scored: ScoredSamples, passAtK: readonly unknown[]): unknown {
  const { solutions, problems, counts, score, limits, evaluator, seconds, out } = scored;
  const { passed, total, reused, slowest, outcomes } = score;
  const unattempted = problems.problems.map(({ problemId }) => problemId).filter((id) => !counts.has(id));
  const { runtime, runtimeVersion, pythonVersion, slots, cacheUse } = evaluator;
  return {
    task: problems.task,
    splits: [...problems.splits.keys()],
    solutions,
    passed,
    total,
    outcomes,
    passAtK,
    problems: {
      total: problems.problems.length,
      attempted: counts.size,
      unattempted: unattempted.slice(0, MOST_IDS),
    },
    reused,
    slowest,
    limits: limitsInForce(limits, evaluator),
    evaluator: { runtime, runtimeVersion, pythonVersion, slots, cacheUse: numbersOf(cacheUse) },
    seconds,
    out,
  };
}

/** Counts, as numbers that JSON has; none of an evaluator that tells none. */
function numbersOf(use: CacheUse | undefined): Readonly<Record<keyof CacheUse, number>> | undefined {
  if (use === undefined) return undefined;
  const { hits, misses, hitsBySameTokens } = use;
  return { hits: Number(hits), misses: Number(misses), hitsBySameTokens: Number(hitsBySameTokens) };
}
