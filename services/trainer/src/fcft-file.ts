import { access } from 'node:fs/promises';
import { fcftSequence, type FcftSequenceOptions, type FcftTokenizer, type Problem } from '@leti/leti';
import {
  CorruptStoreError,
  type EvaluationLine,
  type FcftLine,
  type IterationPaths,
  readFcft,
  readSamples,
  type SolutionLine,
  writeFileAtomically,
} from '@leti/runs';

/**
 * An iteration's training sequences, out of fcft.jsonl, which is made from the ledger if it is not there yet. Their
 * order is that of the problems and samples, whatever the order in which groups were finished.
 *
 * @param problems the run's, in the run's order
 * @returns int32 [T] each, |P| · n of them
 * @throws {CorruptStoreError} when the ledger does not hold every problem's group whole
 */
export async function fcftSequences(
  paths: IterationPaths,
  problems: readonly Problem[],
  tokenizer: FcftTokenizer,
  options: FcftSequenceOptions,
): Promise<Int32Array[]> {
  const there = await access(paths.fcft).then(
    () => true,
    () => false,
  );
  if (!there) {
    const lines = await fcftLines(paths, problems, tokenizer, options);
    await writeFileAtomically(paths.fcft, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  const lines = await readFcft(paths.fcft);
  return lines.map(({ tokenIds }) => Int32Array.from(tokenIds));
}

async function fcftLines(
  paths: IterationPaths,
  problems: readonly Problem[],
  tokenizer: FcftTokenizer,
  options: FcftSequenceOptions,
): Promise<FcftLine[]> {
  const { solutions, evaluations } = await readSamples(paths);
  const byProblem = Map.groupBy(solutions, ({ problemId }) => problemId);
  const verdicts = new Map(evaluations.map((line) => [keyOf(line), line]));
  return problems.flatMap((problem) => {
    const group = byProblem.get(problem.problemId);
    if (group === undefined)
      throw new CorruptStoreError(paths.solutions, undefined, `holds nothing for ${problem.problemId}`);
    return group
      .toSorted((a, b) => a.sampleIndex - b.sampleIndex)
      .map((solution) => {
        const verdict = verdicts.get(keyOf(solution));
        if (verdict === undefined)
          throw new CorruptStoreError(paths.evaluations, undefined, `holds nothing for ${keyOf(solution)}`);
        return fcftLine(problem, solution, verdict, tokenizer, options);
      });
  });
}

function fcftLine(
  problem: Problem,
  solution: SolutionLine,
  { outcome, feedback }: EvaluationLine,
  tokenizer: FcftTokenizer,
  options: FcftSequenceOptions,
): FcftLine {
  const passed = outcome === 'passed';
  const { problemId, prompt } = problem;
  const { sampleIndex, text, tokenIds, finishReason } = solution;
  const sequence = fcftSequence(
    { problemId, sampleIndex, prompt, tokenIds, finishReason, passed, feedback },
    tokenizer,
    options,
  );
  return {
    problemId,
    sampleIndex,
    reward: passed ? '<|good|>' : '<|bad|>',
    outcome,
    feedback: options.binaryOnly ? '' : feedback,
    prompt,
    solution: text,
    tokenIds: [...sequence],
  };
}

const keyOf = ({ problemId, sampleIndex }: { problemId: string; sampleIndex: number }): string =>
  `${problemId}:${sampleIndex}`;
