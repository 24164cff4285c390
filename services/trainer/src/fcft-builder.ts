import { createHash } from 'node:crypto';
import {
  distillationPair,
  type DistillationPairOptions,
  type FcftExample,
  fcftSequences,
  type FcftTokenizer,
  type Problem,
  type SequenceOptions,
} from '@leti/leti';
import {
  CorruptStoreError,
  type EvaluationLine,
  type FcftLine,
  GroupFollower,
  type IterationPaths,
  type LedgerGroup,
  readFcftMadeBy,
  type SolutionLine,
  writeFcft,
} from '@leti/runs';

export interface FcftBuilderOptions {
  readonly paths: IterationPaths;
  /** The run's, in the run's order. */
  readonly problems: readonly Problem[];
  readonly tokenizer: FcftTokenizer;
  readonly sequences: SequenceOptions;
  /** Makes the pairs of self-distillation too. */
  readonly distillation?: DistillationPairOptions | undefined;
}

/**
 * Makes an iteration's training sequences out of its ledger, group by group while samples are still being drawn, and
 * keeps them in fcft.jsonl. Their order is that of the problems and samples, whatever the order in which groups were
 * finished. The ledger is the truth: fcft.jsonl is made again when it was made under other settings or has been changed.
 */
export class FcftBuilder {
  readonly #options: FcftBuilderOptions;
  readonly #problems: ReadonlyMap<string, Problem>;
  readonly #groups: GroupFollower;
  readonly #built = new Map<string, readonly FcftLine[]>();

  constructor(options: FcftBuilderOptions) {
    this.#options = options;
    this.#problems = new Map(options.problems.map((problem) => [problem.problemId, problem]));
    this.#groups = new GroupFollower(options.paths);
  }

  /** Builds the groups that have been finished since the last call. @throws {CorruptStoreError} */
  async advance(): Promise<void> {
    for (const group of await this.#groups.next()) {
      const problem = this.#problems.get(group.problemId);
      if (problem !== undefined) this.#built.set(group.problemId, this.#linesOf(problem, group));
    }
  }

  /**
   * All of the iteration's lines, as many for each problem as it has samples.
   * @throws {CorruptStoreError} when the ledger does not hold every problem's group whole; {StoreFullError}
   */
  async finish(): Promise<readonly FcftLine[]> {
    const { paths, problems, sequences, distillation } = this.#options;
    const settings = settingsDigest(sequences, distillation);
    const kept = await readFcftMadeBy(paths, settings);
    if (kept !== undefined) return kept;
    await this.advance();
    const lines = problems.flatMap(({ problemId }) => {
      const built = this.#built.get(problemId);
      if (built !== undefined) return built;
      throw new CorruptStoreError(paths.solutions, undefined, `holds nothing for ${problemId}`);
    });
    await writeFcft(paths, lines, settings);
    this.#built.clear(); // from here on the file has them
    return lines;
  }

  #linesOf(problem: Problem, { solutions, evaluations }: LedgerGroup): FcftLine[] {
    const verdicts = new Map(evaluations.map((line) => [line.sampleIndex, line]));
    return solutions
      .toSorted((a, b) => a.sampleIndex - b.sampleIndex)
      .map((solution) => {
        const verdict = verdicts.get(solution.sampleIndex);
        if (verdict !== undefined) return this.#lineOf(problem, solution, verdict);
        const key = `${problem.problemId}:${solution.sampleIndex}`;
        throw new CorruptStoreError(this.#options.paths.evaluations, undefined, `holds nothing for ${key}`);
      });
  }

  #lineOf(problem: Problem, solution: SolutionLine, verdict: EvaluationLine): FcftLine {
    const { tokenizer, sequences } = this.#options;
    const { outcome, feedback, feedbackParts: parts = [] } = verdict;
    const passed = outcome === 'passed';
    const { problemId, prompt } = problem;
    const { sampleIndex, text, tokenIds, finishReason } = solution;
    const example = { problemId, sampleIndex, prompt, text, tokenIds, finishReason, passed, feedback, parts };
    const [whole, first] = fcftSequences(example, tokenizer, sequences);
    return {
      problemId,
      sampleIndex,
      reward: passed ? '<|good|>' : '<|bad|>',
      outcome,
      feedback: sequences.binaryOnly ? '' : feedback,
      prompt,
      solution: text,
      tokenIds: [...whole!.ids],
      ...(first && { firstTokenIds: [...first.ids] }),
      ...this.#pairOf(example),
    };
  }

  #pairOf(example: FcftExample): Pick<FcftLine, 'distillation'> {
    const { tokenizer, distillation } = this.#options;
    if (distillation === undefined) return {};
    const { student, teacher, length } = distillationPair(example, tokenizer, distillation);
    return { distillation: { student: [...student], teacher: [...teacher], length } };
  }
}

/** Changes when the same settings give other sequences than before. */
const FORMAT = 1;

function settingsDigest(...options: readonly (SequenceOptions | DistillationPairOptions | undefined)[]): string {
  const sorted = options.map((each) => Object.entries(each ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, ...sorted]))
    .digest('hex');
}
