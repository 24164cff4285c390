import type {
  Evaluation,
  GroupSummary,
  JudgedGroup,
  Ledger,
  PhaseClock,
  PinnedCheckpoint,
  SampleFigures,
  Solution,
  TrainingLosses,
} from '@leti/leti';
import { appendLines, cutBack, readLines } from './durable-lines.ts';
import { readIterationRecord, writeIterationRecord } from './iteration-record.ts';
import { type EvaluationLine, type GroupLine, groupLineSchema, type SolutionLine } from './ledger-lines.ts';
import type { RunPaths } from './run-paths.ts';

/** How long the files of an iteration are that has been opened. */
interface OpenIteration {
  readonly groups: GroupSummary[];
}

/**
 * The ledger as files of the run folder. A group is finished when its line in groups.jsonl is on the disk; the line
 * says how long solutions.jsonl and evaluations.jsonl were with the group's lines. What stands behind that, or behind
 * the last whole line, is left from a crash and cut off. So each (iteration, problem, sample) is there at most once,
 * and a finished group whole.
 *
 * One writer per run. The clock measures the iteration in progress and goes on where the last finished group was.
 */
export function createLedger(paths: RunPaths, clock: PhaseClock): Ledger {
  const opened = new Map<number, OpenIteration>();

  const openIteration = async (iteration: number): Promise<OpenIteration> => {
    const known = opened.get(iteration);
    if (known !== undefined) return known;
    const files = paths.iteration(iteration);
    const { values, bytes } = await readLines(files.groups, groupLineSchema);
    await cutBack(files.groups, bytes);
    await cutBack(files.solutions, values.at(-1)?.solutionsBytes ?? 0);
    await cutBack(files.evaluations, values.at(-1)?.evaluationsBytes ?? 0);
    clock.restart(values.at(-1)?.phases);
    const state = { groups: values.map(summaryOf) };
    opened.set(iteration, state);
    return state;
  };

  return {
    async finishedIterations() {
      const checkpoints: PinnedCheckpoint[] = [];
      for (;;) {
        const iteration = checkpoints.length + 1;
        const record = await readIterationRecord(paths.iteration(iteration).metrics);
        if (record === undefined) return checkpoints;
        checkpoints.push({ path: paths.checkpoint(iteration), digest: record.checkpointDigest });
      }
    },

    async finishedGroups(iteration) {
      return [...(await openIteration(iteration)).groups];
    },

    async recordGroup(iteration, group, summary) {
      const { groups } = await openIteration(iteration);
      const files = paths.iteration(iteration);
      try {
        const [solutionsBytes, evaluationsBytes] = await Promise.all([
          appendLines(files.solutions, group.solutions.map(solutionLine)),
          appendLines(files.evaluations, evaluationLines(group)),
        ]);
        const line: GroupLine = { ...summary, solutionsBytes, evaluationsBytes, phases: clock.seconds() };
        await appendLines(files.groups, [line]);
      } catch (error) {
        opened.delete(iteration); // part of it may be in the files; cut it off before anything else is appended
        throw error;
      }
      groups.push(summary);
    },

    async recordIteration(
      iteration: number,
      result: { checkpoint: PinnedCheckpoint; figures: SampleFigures; losses: TrainingLosses },
    ) {
      const { checkpoint, figures, losses } = result;
      await writeIterationRecord(paths.iteration(iteration).metrics, {
        checkpointDigest: checkpoint.digest,
        metrics: { ...figures, ...losses, phases: clock.seconds() },
      });
      opened.delete(iteration);
    },
  };
}

function summaryOf({ problemId, samples, passed, distinctPrograms, outcomes }: GroupLine): GroupSummary {
  return { problemId, samples, passed, distinctPrograms, outcomes };
}

function solutionLine(solution: Solution): SolutionLine {
  const { tokenIds, logprobs, seed, ...rest } = solution;
  return { ...rest, tokenIds: [...tokenIds], logprobs: [...logprobs], seed: seed.toString() };
}

function evaluationLines({ solutions, evaluations }: JudgedGroup): EvaluationLine[] {
  return solutions.map(({ problemId, sampleIndex }, i) => {
    const { programId: _, failedTestIndex, ...verdict } = evaluations[i] as Evaluation;
    return { problemId, sampleIndex, ...verdict, failedTestIndex: failedTestIndex ?? null };
  });
}
