import { BenchmarkRun_State, type BenchmarkRun, type CompareBenchmarkRunsResponse } from '@leti/proto';
import { pairedDifference } from '@leti/metrics';
import { readGroups } from '@leti/runs';
import { runFiles } from './run-files.ts';

/** Two runs of which no difference can be told. */
export class NotComparableError extends Error {
  override readonly name = 'NotComparableError';
}

/**
 * pass@1 of `other` minus pass@1 of `base` over the problems that both have, with a paired 95 % bootstrap interval over
 * problems. Problems are the same if task and problem id are.
 *
 * @throws {NotComparableError} unless both runs succeeded and share problems
 */
export async function compareRuns(base: BenchmarkRun, other: BenchmarkRun): Promise<CompareBenchmarkRunsResponse> {
  for (const { name, state } of [base, other]) {
    if (state !== BenchmarkRun_State.SUCCEEDED) throw new NotComparableError(`${name} must have succeeded`);
  }
  const tasks = [base, other].map(({ settings }) => settings?.task?.task ?? '');
  if (tasks[0] !== tasks[1]) throw new NotComparableError(`the runs must be of one task, got ${tasks.join(' and ')}`);
  const [baseGroups, otherGroups] = await Promise.all(
    [base, other].map(({ storePath }) => readGroups(runFiles(storePath))),
  );
  const counts = new Map(otherGroups!.map(({ problemId, samples, passed }) => [problemId, { n: samples, c: passed }]));
  const pairs = baseGroups!
    .toSorted((a, b) => (a.problemId < b.problemId ? -1 : 1))
    .flatMap(({ problemId, samples, passed }) => {
      const found = counts.get(problemId);
      return found === undefined ? [] : [{ base: { n: samples, c: passed }, other: found }];
    });
  if (pairs.length === 0) throw new NotComparableError(`${base.name} and ${other.name} must share problems`);
  const { estimate, low, high } = pairedDifference(pairs, 1);
  return { problems: pairs.length, difference: estimate, low, high };
}
