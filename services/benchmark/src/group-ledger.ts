import {
  OUTCOMES,
  PHASES,
  summarizeGroup,
  type Evaluation,
  type GroupSummary,
  type JudgedGroup,
  type PhaseSeconds,
} from '@leti/leti';
import { JsonLinesFile, readJsonLines, writeFileAtomically } from '@leti/runs';
import { z } from 'zod';
import type { RunFiles } from './run-files.ts';

/** A line of groups.jsonl. */
const groupLineSchema = z.strictObject({
  problemId: z.string(),
  samples: z.int(),
  passed: z.int(),
  distinctPrograms: z.int(),
  outcomes: z.partialRecord(z.enum(OUTCOMES), z.int()),
  /** Seconds the run had taken up to here. */
  phases: z.partialRecord(z.enum(PHASES), z.number()),
});
type GroupLine = z.output<typeof groupLineSchema>;

/** What every line of solutions.jsonl and evaluations.jsonl begins with. */
const sampleLineSchema = z.looseObject({ problemId: z.string() });

const parseGroup = (json: unknown): GroupLine => groupLineSchema.parse(json);
const parseSample = (json: unknown): { problemId: string } => sampleLineSchema.parse(json);

/**
 * What a run has finished, as files. A problem is finished when its line in groups.jsonl is on the disk; solutions and
 * evaluations of other problems were left by a crash and are dropped when the ledger is opened, so that each sample is
 * there at most once. One writer per run.
 */
export class GroupLedger {
  /** Finished before the ledger was opened. */
  readonly found: readonly GroupSummary[];
  /** Seconds that the run had taken until then. */
  readonly foundPhases: PhaseSeconds;
  readonly #solutions: JsonLinesFile<unknown>;
  readonly #evaluations: JsonLinesFile<unknown>;
  readonly #groups: JsonLinesFile<GroupLine>;

  private constructor(files: readonly [JsonLinesFile<unknown>, JsonLinesFile<unknown>, JsonLinesFile<GroupLine>]) {
    [this.#solutions, this.#evaluations, this.#groups] = files;
    this.found = this.#groups.records.map(summaryOf);
    this.foundPhases = this.#groups.records.at(-1)?.phases ?? {};
  }

  /** @throws {CorruptStoreError} @throws {StoreFullError} */
  static async open(files: RunFiles): Promise<GroupLedger> {
    const groups = await JsonLinesFile.open(files.groups, { parse: parseGroup });
    const finished = new Set(groups.records.map(({ problemId }) => problemId));
    await dropUnfinished(files.solutions, finished);
    await dropUnfinished(files.evaluations, finished);
    return new GroupLedger([
      await JsonLinesFile.open(files.solutions),
      await JsonLinesFile.open(files.evaluations),
      groups,
    ]);
  }

  /**
   * Makes a group durable.
   * @param phases seconds the run has taken so far
   * @throws {StoreFullError} the group then does not count
   */
  async record(group: JudgedGroup, phases: PhaseSeconds): Promise<GroupSummary> {
    const summary = summarizeGroup(group);
    const { problemId } = group.problem;
    const evaluations = group.evaluations.map((evaluation, sampleIndex) =>
      evaluationLine(problemId, sampleIndex, evaluation),
    );
    await Promise.all([this.#solutions.append(...group.solutions), this.#evaluations.append(...evaluations)]);
    await this.#groups.append({ ...summary, phases });
    return summary;
  }

  async close(): Promise<void> {
    await Promise.all([this.#solutions.close(), this.#evaluations.close(), this.#groups.close()]);
  }
}

/** The finished groups of a run that may be running just now. @throws {CorruptStoreError} */
export async function readGroups(files: RunFiles): Promise<GroupSummary[]> {
  return (await readJsonLines(files.groups, { parse: parseGroup })).map(summaryOf);
}

function summaryOf({ problemId, samples, passed, distinctPrograms, outcomes }: GroupLine): GroupSummary {
  return { problemId, samples, passed, distinctPrograms, outcomes };
}

/** A line of evaluations.jsonl: problem and sample stand for the program's id. */
function evaluationLine(problemId: string, sampleIndex: number, evaluation: Evaluation): unknown {
  const {
    outcome,
    feedback,
    exceptionType,
    failedTestIndex = null,
    cpuTimeMs,
    wallTimeMs,
    peakMemoryBytes,
    outputBytes,
  } = evaluation;
  const figures = { cpuTimeMs, wallTimeMs, peakMemoryBytes, outputBytes };
  return { problemId, sampleIndex, outcome, feedback, exceptionType, failedTestIndex, ...figures };
}

async function dropUnfinished(path: string, finished: ReadonlySet<string>): Promise<void> {
  const lines = await readJsonLines(path, { parse: parseSample });
  const kept = lines.filter(({ problemId }) => finished.has(problemId));
  if (kept.length === lines.length) return;
  await writeFileAtomically(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
