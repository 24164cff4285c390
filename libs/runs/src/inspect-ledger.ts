import { type FileHandle, open, readFile } from 'node:fs/promises';
import { wholeLinesLength } from './append-file.ts';
import type { GroupFiles } from './group-ledger.ts';
import { evaluationLineSchema, type GroupLine, groupLineSchema, solutionLineSchema } from './group-lines.ts';
import { sha256Of } from './write-ledger.ts';

/** The lines of a finished group that are as they were recorded. */
export interface WholeGroup {
  readonly line: GroupLine;
  /** The group's lines in solutions.jsonl and evaluations.jsonl. */
  readonly solutions: Buffer;
  readonly evaluations: Buffer;
}

/** A finished group that is not there any more as it was recorded. */
export interface DamagedGroup {
  /** Empty when a line of groups.jsonl cannot be read, or is one too many. */
  readonly problemId: string;
  /** The file that shows the damage. */
  readonly path: string;
  /** What is wrong, in words. */
  readonly problem: string;
}

/** What a ledger's files hold, as far as it counts. */
export interface LedgerInspection {
  /** Every group is where and as it was recorded. */
  readonly sound: boolean;
  /** Of groups.jsonl, those that can be read. */
  readonly lines: readonly GroupLine[];
  readonly damaged: readonly DamagedGroup[];
  /** Every group that is whole, wherever its lines stand, in the order of groups.jsonl. Reads the files whole. */
  whole(): Promise<readonly WholeGroup[]>;
}

interface Schema<T> {
  safeParse(json: unknown): { readonly success: boolean; readonly data?: T };
}

/** A file of samples, and what groups.jsonl says of it. */
interface Kind {
  readonly name: 'solutions' | 'evaluations';
  readonly bytes: 'solutionsBytes' | 'evaluationsBytes';
  readonly sum: 'solutionsSha256' | 'evaluationsSha256';
  readonly schema: Schema<{ readonly problemId: string; readonly sampleIndex: number }>;
}

const SOLUTIONS: Kind = {
  name: 'solutions',
  bytes: 'solutionsBytes',
  sum: 'solutionsSha256',
  schema: solutionLineSchema,
};
const EVALUATIONS: Kind = {
  name: 'evaluations',
  bytes: 'evaluationsBytes',
  sum: 'evaluationsSha256',
  schema: evaluationLineSchema,
};
const KINDS = [SOLUTIONS, EVALUATIONS];

/** Compares a ledger's files with what groups.jsonl says of them. Changes nothing; one group at a time is in memory. */
export async function inspectLedger(files: GroupFiles): Promise<LedgerInspection> {
  const { lines, unreadable } = await readGroupLines(files.groups);
  if (unreadable.length === 0 && (await allInPlace(files, lines)))
    return { sound: true, lines, damaged: [], whole: () => wholeGroups(files, lines).then(({ whole }) => whole) };
  const { whole, damaged } = await wholeGroups(files, lines);
  return { sound: false, lines, damaged: [...unreadable, ...damaged], whole: () => Promise.resolve(whole) };
}

async function readGroupLines(path: string): Promise<{ lines: GroupLine[]; unreadable: DamagedGroup[] }> {
  const content = await contentOf(path);
  const lines: GroupLine[] = [];
  const unreadable: DamagedGroup[] = [];
  for (const [index, text] of [...rawLines(content.subarray(0, wholeLinesLength(content)))].entries()) {
    const line = parsed(text, groupLineSchema);
    const twice = lines.some(({ problemId }) => problemId === line?.problemId);
    if (line !== undefined && !twice) lines.push(line);
    else {
      const problem = `line ${index + 1} ${twice ? 'repeats a group' : 'is no record of a group'}: ${shown(text)}`;
      unreadable.push({ problemId: '', path, problem });
    }
  }
  return { lines, unreadable };
}

/** Whether each group's lines stand where groups.jsonl says, unchanged. */
async function allInPlace(files: GroupFiles, lines: readonly GroupLine[]): Promise<boolean> {
  for (const kind of KINDS) {
    const file = await openIfThere(files[kind.name]);
    try {
      let start = 0;
      for (const line of lines) {
        const end = line[kind.bytes];
        const bytes = end < start ? undefined : await bytesIn(file, start, end);
        if (bytes === undefined || problemOf(line, kind, bytes) !== undefined) return false;
        start = end;
      }
    } finally {
      await file?.close();
    }
  }
  return true;
}

/** Finds each group's lines by what they say, since their places cannot be trusted. */
async function wholeGroups(
  files: GroupFiles,
  lines: readonly GroupLine[],
): Promise<{ whole: WholeGroup[]; damaged: DamagedGroup[] }> {
  const [solutions, evaluations] = [
    await linesByProblem(files.solutions, SOLUTIONS),
    await linesByProblem(files.evaluations, EVALUATIONS),
  ];
  const whole: WholeGroup[] = [];
  const damaged: DamagedGroup[] = [];
  for (const line of lines) {
    const { problemId, samples } = line;
    const bytes = (of: ReadonlyMap<string, readonly Buffer[]>): Buffer =>
      Buffer.concat(of.get(problemId)?.slice(0, samples) ?? []);
    const group = { line, solutions: bytes(solutions), evaluations: bytes(evaluations) };
    const broken = KINDS.map((kind) => ({ kind, problem: problemOf(line, kind, group[kind.name]) })).find(
      ({ problem }) => problem !== undefined,
    );
    if (broken === undefined) whole.push(group);
    else damaged.push({ problemId, path: files[broken.kind.name], problem: `group ${problemId}: ${broken.problem}` });
  }
  return { whole, damaged };
}

/** What is wrong with a group's lines; undefined when nothing is. */
function problemOf(line: GroupLine, { name, sum, schema }: Kind, bytes: Buffer): string | undefined {
  const want = `want its ${line.samples} lines of ${name} as they were recorded`;
  const expected = line[sum];
  if (expected !== undefined) {
    if (sha256Of(bytes) === expected) return undefined;
    return `${want}, sha256 ${expected}, got ${[...rawLines(bytes)].length} readable ones, sha256 ${sha256Of(bytes)}`;
  }
  // Recorded by a version that kept no sums: at least they must be what belongs there.
  const indices = [...rawLines(bytes)].map((text) => {
    const record = parsed(text, schema);
    return record?.problemId === line.problemId ? record.sampleIndex : undefined;
  });
  if (indices.length === line.samples && indices.every((index, at) => index === at)) return undefined;
  return `${want}, got samples ${indices.join(' ') || 'none'}`;
}

async function linesByProblem(path: string, { schema }: Kind): Promise<Map<string, Buffer[]>> {
  const found = new Map<string, Buffer[]>();
  for (const text of rawLines(await contentOf(path))) {
    const record = parsed(text, schema);
    if (record === undefined) continue;
    const own = found.get(record.problemId) ?? [];
    own.push(Buffer.from(`${text}\n`));
    found.set(record.problemId, own);
  }
  return found;
}

function parsed<T>(text: string, schema: Schema<T>): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** The lines without their ends; one without its end counts too. A file may be longer than a string can be. */
function* rawLines(content: Buffer): Generator<string> {
  for (let start = 0; start < content.length;) {
    const newline = content.indexOf(10, start);
    const end = newline < 0 ? content.length : newline;
    yield content.toString('utf8', start, end);
    start = end + 1;
  }
}

const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function contentOf(path: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  });
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

/** Undefined when the file ends before. */
async function bytesIn(file: FileHandle | undefined, start: number, end: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(end - start);
  for (let done = 0; done < buffer.length;) {
    const bytesRead = (await file?.read(buffer, done, buffer.length - done, start + done))?.bytesRead ?? 0;
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return buffer;
}
