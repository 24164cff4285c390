import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonLines } from './leti.ts';

/** The run folders of a kind (`runs` or `benchmarks`) in a store, oldest first. */
export async function runFolders(store: string, kind: 'runs' | 'benchmarks'): Promise<string[]> {
  const entries = await readdir(join(store, kind), { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return folders.map(({ name }) => join(store, kind, name)).sort();
}

/** The oldest run of a kind; undefined while there is none. */
export const firstRun = async (store: string, kind: 'runs' | 'benchmarks'): Promise<string | undefined> =>
  (await runFolders(store, kind))[0];

/** A solution, an evaluation or a training sequence, as far as tests look. */
export interface LedgerLine {
  readonly problemId: string;
  readonly sampleIndex: number;
  readonly text?: string;
  readonly outcome?: string;
  readonly feedback?: string;
  readonly tokenIds?: readonly number[];
}

/** The folder of an iteration's ledger. */
export const iterationFolder = (run: string, iteration: number): string =>
  join(run, 'iterations', String(iteration).padStart(3, '0'));

/** How many groups of an iteration, or of a benchmark run's folder, are finished. */
export const groupsDone = async (folder: string): Promise<number> =>
  (await jsonLines(join(folder, 'groups.jsonl'))).length;

/** `problem:sample` of each line of a ledger file, in the file's order. */
export const ledgerKeys = async (path: string): Promise<string[]> =>
  (await jsonLines<LedgerLine>(path)).map(({ problemId, sampleIndex }) => `${problemId}:${sampleIndex}`);

/** What decides the training, of each line of a ledger file, in the order of problems and samples. */
export const ledgerContent = async (path: string): Promise<string[]> =>
  (await jsonLines<LedgerLine>(path))
    .map(({ problemId, sampleIndex, text, outcome, feedback, tokenIds }) =>
      JSON.stringify({ problemId, sampleIndex, text, outcome, feedback, tokenIds }),
    )
    .sort();
