import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonLines } from './leti.ts';

/** The only run in a store's folder (`runs` or `benchmarks`); undefined while there is none. */
export async function onlyRun(store: string, folder: string, index = 0): Promise<string | undefined> {
  const names = (await readdir(join(store, folder)).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  const name = names[index];
  return name === undefined ? undefined : join(store, folder, name);
}

/** A solution or evaluation in a ledger, as far as tests look. */
export interface LedgerLine {
  readonly problemId: string;
  readonly sampleIndex: number;
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
