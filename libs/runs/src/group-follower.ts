import { open } from 'node:fs/promises';
import { wholeLinesLength } from './append-file.ts';
import type { GroupFiles } from './group-ledger.ts';
import {
  type EvaluationLine,
  evaluationLineSchema,
  type GroupLine,
  groupLineSchema,
  type SolutionLine,
  solutionLineSchema,
} from './group-lines.ts';
import { parseLines } from './json-lines.ts';
import { CorruptStoreError } from './store-errors.ts';

/** A finished group as a ledger holds it. */
export interface LedgerGroup {
  readonly problemId: string;
  readonly solutions: readonly SolutionLine[];
  /** In the order of the solutions. */
  readonly evaluations: readonly EvaluationLine[];
}

/** How far a follower has read: bytes of each file, lines of groups.jsonl, and lines of each of the other two. */
interface Place extends Readonly<Record<keyof GroupFiles, number>> {
  readonly groupLines: number;
  readonly sampleLines: number;
}

const parseGroup = (json: unknown): GroupLine => groupLineSchema.parse(json);

/**
 * Reads a ledger that another process may be writing just now: each finished group once, without reading again what was
 * read before. It changes nothing, and is made anew when the ledger is opened for writing again, which may cut it.
 */
export class GroupFollower {
  readonly #files: GroupFiles;
  #place: Place = { solutions: 0, evaluations: 0, groups: 0, groupLines: 0, sampleLines: 0 };

  constructor(files: GroupFiles) {
    this.#files = files;
  }

  /**
   * The groups finished since the last call, in the order in which they were.
   * @throws {CorruptStoreError} naming file and line; a later call then begins where this one did
   */
  async next(): Promise<LedgerGroup[]> {
    const start = this.#place;
    const content = await readFrom(this.#files.groups, start.groups);
    const whole = content.subarray(0, wholeLinesLength(content));
    const lines = parseLines(this.#files.groups, whole, { parse: parseGroup }, start.groupLines + 1);
    const groups: LedgerGroup[] = [];
    let place = start;
    for (const { problemId, solutionsBytes, evaluationsBytes } of lines) {
      const solutions = await this.#lines('solutions', place, solutionsBytes, solutionLineSchema);
      const evaluations = await this.#lines('evaluations', place, evaluationsBytes, evaluationLineSchema);
      groups.push({ problemId, solutions, evaluations });
      const sampleLines = place.sampleLines + solutions.length;
      place = { ...place, solutions: solutionsBytes, evaluations: evaluationsBytes, sampleLines };
    }
    this.#place = { ...place, groups: start.groups + whole.length, groupLines: start.groupLines + lines.length };
    return groups;
  }

  async #lines<T>(
    name: 'solutions' | 'evaluations',
    place: Place,
    end: number,
    schema: { parse(json: unknown): T },
  ): Promise<T[]> {
    const path = this.#files[name];
    const content = await readFrom(path, place[name], end);
    if (content.length < end - place[name])
      throw new CorruptStoreError(path, undefined, `want at least ${end} bytes, got ${place[name] + content.length}`);
    return parseLines(path, content, { parse: (json) => schema.parse(json) }, place.sampleLines + 1);
  }
}

/** Bytes `start` … `end` − 1 of a file, fewer where it is shorter; none when there is no file. */
async function readFrom(path: string, start: number, end?: number): Promise<Buffer> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return Buffer.alloc(0);
  try {
    const until = end ?? (await file.stat()).size;
    const buffer = Buffer.alloc(Math.max(0, until - start));
    let done = 0;
    while (done < buffer.length) {
      const { bytesRead } = await file.read(buffer, done, buffer.length - done, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  } finally {
    await file.close();
  }
}
