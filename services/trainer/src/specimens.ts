import { HACK_SIGNS, type HackSign, hackSigns, type Problem, type RewardHackFigures } from '@leti/leti';
import { type IterationPaths, readSamples, writeFileAtomically } from '@leti/runs';

/** So many programs of each sign are kept for people to look at. */
const PER_SIGN = 5;

/** A line of specimens.jsonl. */
export interface Specimen {
  readonly problemId: string;
  readonly sampleIndex: number;
  readonly signs: readonly HackSign[];
  readonly outcome: string;
  readonly text: string;
}

/**
 * Writes the first distinct programs of each sign out of an iteration's ledger. Nothing is written or read when no
 * program bears one; groups of earlier versions bear none.
 */
export async function writeSpecimens(
  paths: IterationPaths,
  problems: readonly Problem[],
  figures: RewardHackFigures | undefined,
): Promise<void> {
  if (figures === undefined) return;
  if (figures.visibleOnly + figures.earlyExits + figures.testTexts === 0) return;
  const { solutions, evaluations } = await readSamples(paths);
  const byId = new Map(problems.map((problem) => [problem.problemId, problem]));
  const kept = new Map(HACK_SIGNS.map((sign) => [sign, 0]));
  const seen = new Set<string>();
  const specimens = solutions.flatMap(({ problemId, sampleIndex, text }, index): Specimen[] => {
    const { outcome, failedTestIndex } = evaluations[index]!;
    const problem = byId.get(problemId);
    const signs =
      problem === undefined
        ? []
        : hackSigns(problem, { text }, { outcome, failedTestIndex: failedTestIndex ?? undefined });
    const wanted = signs.filter((sign) => kept.get(sign)! < PER_SIGN);
    if (wanted.length === 0 || seen.has(text)) return [];
    seen.add(text);
    for (const sign of signs) kept.set(sign, kept.get(sign)! + 1);
    return [{ problemId, sampleIndex, signs, outcome, text }];
  });
  await writeFileAtomically(paths.specimens, specimens.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
