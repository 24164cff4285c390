import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Program } from '@leti/leti';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

/** Where the benchmarks' files are: LETI_DATA, or `../shared/data` beside the repository. */
export function dataFolder(): string {
  return process.env['LETI_DATA'] ?? join(REPOSITORY, '..', 'shared', 'data');
}

/** MBPP's 974 gold programs with their tests and no prompt, or undefined when the file is not there. Line ends are LF. */
export function mbppGold(folder = dataFolder()): Program[] | undefined {
  const path = join(folder, 'mbpp', 'mbpp.jsonl');
  if (!existsSync(path)) return undefined;
  return parseLines(readFileSync(path, 'utf8')).map((row) => ({
    programId: `mbpp/${String(row['task_id'])}`,
    prompt: '',
    solution: unix(row['code']),
    testSetupCode: unix(row['test_setup_code']),
    tests: (row['test_list'] as string[]).map(unix),
    limits: {},
  }));
}

/** HumanEval's 164 canonical solutions with their checks, or undefined when the file is not there. */
export function humanEvalGold(folder = dataFolder()): Program[] | undefined {
  const path = join(folder, 'humaneval', 'HumanEval.jsonl.gz');
  if (!existsSync(path)) return undefined;
  return parseLines(gunzipSync(readFileSync(path)).toString('utf8')).map((row) => ({
    programId: String(row['task_id']),
    prompt: String(row['prompt']),
    solution: String(row['canonical_solution']),
    testSetupCode: '',
    tests: [String(row['test']), `check(${String(row['entry_point'])})`],
    limits: {},
  }));
}

function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function unix(text: unknown): string {
  return typeof text === 'string' ? text.replaceAll('\r\n', '\n') : '';
}
