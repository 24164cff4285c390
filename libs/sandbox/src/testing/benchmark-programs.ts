import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Program } from '@leti/leti';

/** MBPP's 974 gold programs with their tests and no prompt, out of mbpp.jsonl. Line ends are LF. */
export function mbppGold(file: string): Program[] {
  return parseLines(readFileSync(file, 'utf8')).map((row) => ({
    programId: `mbpp/${String(row['task_id'])}`,
    prompt: '',
    solution: unix(row['code']),
    testSetupCode: unix(row['test_setup_code']),
    tests: (row['test_list'] as string[]).map(unix),
    limits: {},
  }));
}

/** HumanEval's 164 canonical solutions with their checks, out of HumanEval.jsonl.gz. */
export function humanEvalGold(file: string): Program[] {
  return parseLines(gunzipSync(readFileSync(file)).toString('utf8')).map((row) => ({
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
