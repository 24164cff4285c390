import { access } from 'node:fs/promises';
import { summarizeGroup, type Evaluation, type GroupSummary, type JudgedGroup, type PhaseSeconds } from '@leti/leti';
import { AppendFile } from './append-file.ts';
import {
  evaluationLineSchema,
  type EvaluationLine,
  groupLineSchema,
  type GroupLine,
  groupSummarySchema,
  solutionLineSchema,
  type SolutionLine,
} from './group-lines.ts';
import { type DamagedGroup, inspectLedger } from './inspect-ledger.ts';
import { readJsonLines } from './json-lines.ts';
import { jsonLine } from './json-text.ts';
import { sha256Of, writeLedger } from './write-ledger.ts';
import { CorruptStoreError } from './store-errors.ts';

/** Where a ledger's files lie. Every one of them can be opened by a person. */
export interface GroupFiles {
  /** One line per solution. */
  readonly solutions: string;
  /** One line per evaluation, in the order of the solutions. */
  readonly evaluations: string;
  /** One line per finished group, written last: it makes the lines before it count. */
  readonly groups: string;
}

const parseGroup = (json: unknown): GroupLine => groupLineSchema.parse(json);

/**
 * The groups that a run has finished, as files. A group is finished when its line in groups.jsonl is on the disk; the
 * line says how long solutions.jsonl and evaluations.jsonl were with the group's lines. What stands behind that, or
 * behind the last whole line, is left from a crash or a full disk and is cut off before anything else is written. So
 * each sample is there at most once, and a finished group whole. One writer per run.
 *
 * What counts is compared with the sums in groups.jsonl when a ledger is opened: a group whose lines were changed since,
 * by a failing disk or a person, is refused, or dropped so that it can be done again.
 */
export class GroupLedger {
  readonly #files: GroupFiles;
  readonly #finished: GroupSummary[];
  /** Bytes of each file that count. */
  #lengths: Readonly<Record<keyof GroupFiles, number>>;
  /** The latest record() under way, for the next one to wait for. */
  #recording: Promise<unknown> = Promise.resolve();
  /** Seconds that the run had taken when the last group found was finished; nothing when none was. */
  readonly foundPhases: PhaseSeconds | undefined;
  /** Groups that were found damaged and dropped; they are to be done again. */
  readonly redo: readonly DamagedGroup[];
  /** Of those, seconds in which only evaluation went on. */
  readonly foundExposedSeconds: number;

  private constructor(
    files: GroupFiles,
    groups: readonly GroupLine[],
    groupsBytes: number,
    redo: readonly DamagedGroup[],
  ) {
    this.#files = files;
    this.redo = redo;
    this.#finished = groups.map(summaryOf);
    const { solutionsBytes = 0, evaluationsBytes = 0, phases, exposedSeconds = 0 } = groups.at(-1) ?? {};
    this.#lengths = { solutions: solutionsBytes, evaluations: evaluationsBytes, groups: groupsBytes };
    this.foundPhases = phases;
    this.foundExposedSeconds = exposedSeconds;
  }

  /**
   * Opens or creates a ledger.
   * @param options.repair drops damaged groups, see {@link redo}, and keeps the files as they were found beside, as
   *   `solutions.jsonl.damaged-1` and so on; default: refuses them
   * @throws {CorruptStoreError} naming file and group; {StoreFullError}
   */
  static async open(files: GroupFiles, { repair = false } = {}): Promise<GroupLedger> {
    const { file, content } = await AppendFile.open(files.groups); // cuts off a torn line, and what is no line at all
    await file.close();
    const found = await inspectLedger(files);
    const [first] = found.damaged;
    if (!found.sound && !repair)
      throw new CorruptStoreError(first?.path ?? files.groups, undefined, first?.problem ?? 'its groups have moved');
    const groups = found.sound ? found.lines : await writeLedger(files, await found.whole());
    const groupsBytes = found.sound ? content.length : bytesOf(groups).length;
    const ledger = new GroupLedger(files, groups, groupsBytes, found.damaged);
    for (const name of ['solutions', 'evaluations'] as const) await cutTo(files[name], ledger.#lengths[name]);
    return ledger;
  }

  /** Groups finished so far, those found first. */
  get finished(): readonly GroupSummary[] {
    return this.#finished;
  }

  /**
   * Makes a group durable. Groups that come while one is being written wait.
   * @param phases seconds the run has taken so far
   * @param exposedSeconds of those, in which only evaluation went on
   * @throws {StoreFullError}, any error of the disk; the group then does not count
   */
  record(group: JudgedGroup, phases: PhaseSeconds, exposedSeconds = 0): Promise<GroupSummary> {
    const recorded = this.#recording.then(() => this.#record(group, phases, exposedSeconds));
    this.#recording = recorded.catch(() => {}); // the failure of another group is not ours
    return recorded;
  }

  async #record(group: JudgedGroup, phases: PhaseSeconds, exposedSeconds: number): Promise<GroupSummary> {
    const summary = summarizeGroup(group);
    const lines = { solutions: bytesOf(group.solutions), evaluations: bytesOf(evaluationLines(group)) };
    const written = await Promise.allSettled([
      this.#append('solutions', lines.solutions),
      this.#append('evaluations', lines.evaluations),
    ]);
    const [solutions, evaluations] = written.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    }) as [number, number];
    const line: GroupLine = {
      ...summary,
      solutionsBytes: solutions,
      evaluationsBytes: evaluations,
      solutionsSha256: sha256Of(lines.solutions),
      evaluationsSha256: sha256Of(lines.evaluations),
      phases,
      exposedSeconds,
    };
    this.#lengths = { solutions, evaluations, groups: await this.#append('groups', bytesOf([line])) };
    this.#finished.push(summary);
    return summary;
  }

  /** Appends lines behind what counts. Returns the file's length then. */
  async #append(name: keyof GroupFiles, lines: Buffer): Promise<number> {
    const { file } = await AppendFile.open(this.#files[name], { length: this.#lengths[name] });
    try {
      await file.append(lines);
      return file.length;
    } finally {
      await file.close();
    }
  }
}

/** The finished groups of a run that may be running just now. @throws {CorruptStoreError} */
export function readGroups({ groups }: Pick<GroupFiles, 'groups'>): Promise<GroupSummary[]> {
  return readJsonLines(groups, { parse: (json) => groupSummarySchema.parse(json) as GroupSummary });
}

/** Every sample of the finished groups, in the order in which they were recorded. @throws {CorruptStoreError} */
export async function readSamples(
  files: GroupFiles,
): Promise<{ readonly solutions: SolutionLine[]; readonly evaluations: EvaluationLine[] }> {
  const last = (await readJsonLines(files.groups, { parse: parseGroup })).at(-1);
  const solutions = { parse: (json: unknown) => solutionLineSchema.parse(json), length: last?.solutionsBytes ?? 0 };
  const evaluations = {
    parse: (json: unknown) => evaluationLineSchema.parse(json),
    length: last?.evaluationsBytes ?? 0,
  };
  return {
    solutions: await readJsonLines(files.solutions, solutions),
    evaluations: await readJsonLines(files.evaluations, evaluations),
  };
}

const bytesOf = (lines: readonly unknown[]): Buffer => Buffer.from(lines.map(jsonLine).join(''));

function summaryOf(line: GroupLine): GroupSummary {
  const { problemId, samples, passed, distinctPrograms, outcomes, exceptions, hacks } = line;
  const later = { ...(exceptions && { exceptions }), ...(hacks && { hacks }) };
  return { problemId, samples, passed, distinctPrograms, outcomes, ...later };
}

function evaluationLines({ solutions, evaluations }: JudgedGroup): EvaluationLine[] {
  return solutions.map(({ problemId, sampleIndex }, i) => {
    const { programId: _, failedTestIndex, ...verdict } = evaluations[i] as Evaluation;
    return { problemId, sampleIndex, ...verdict, failedTestIndex: failedTestIndex ?? null };
  });
}

/** Cuts a file to the part that counts; one that is not there and of which nothing counts is left alone. */
async function cutTo(path: string, length: number): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there && length === 0) return;
  const { file } = await AppendFile.open(path, { length });
  await file.close();
}
