import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { firstFew } from '../output/first-few.ts';
import { parseSample } from './parse-sample.ts';
import type { ProblemSet } from './problem-set.ts';
import { type LineFile, readLines } from './read-lines.ts';

/** How many samples each problem of a file has; problems without any are left out. */
export type SampleCounts = ReadonlyMap<string, number>;

/** So many bad lines are kept to be told; a file of another kind has nothing but. */
const MOST_KEPT = 5;

/**
 * Reads a whole sample file before anything of it is judged.
 * @throws {CliError} naming the lines that are no samples, or for a file without any
 */
export async function checkSamples(file: LineFile, problems: ProblemSet, signal: AbortSignal): Promise<SampleCounts> {
  const counts = new Map<string, number>();
  const bad: string[] = [];
  let badLines = 0;
  for await (const line of readLines(file, signal)) {
    const sample = parseSample(line, problems);
    if (typeof sample === 'string') {
      badLines += 1;
      if (bad.length < MOST_KEPT) bad.push(`${file.name}:${line.number}: ${sample}`);
    } else counts.set(sample.problem.problemId, (counts.get(sample.problem.problemId) ?? 0) + 1);
  }
  const [first, ...others] = firstFew(bad, badLines);
  if (first !== undefined) throw new CliError(EXIT.badInput, first, { details: [...others, 'nothing was evaluated'] });
  if (counts.size === 0) throw new CliError(EXIT.badInput, `${file.name}: expected a sample per line, got none`);
  return counts;
}
