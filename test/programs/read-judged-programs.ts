import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgeRule, Outcome } from '@leti/leti';
import type { ProgramCase } from './read-programs.ts';

const FOLDER = join(import.meta.dirname, 'judges');
const LIMITS = { cpuTimeMs: 1_000, wallTimeMs: 30_000, memoryBytes: 256 * 2 ** 20, outputBytes: 2 ** 20, processes: 8 };
const DEFAULTS = {
  returned_value: { tolerance: { absolute: 0, relative: 0 }, numbersFromText: false },
  stdio: { comparison: 'lines', tolerance: { absolute: 0, relative: 0 } },
  verifier: { reference: '' },
  text_match: { mode: 'equal', answerPattern: '', ignoreCase: false },
} as const;

/**
 * The programs of a folder of judges/, which are judged other than by tests. Before the solution stand `# expect: a | b` as in
 * the other programs, `# judge:` with a JudgeRule as JSON that may leave out what DEFAULTS has, and if need be `# prompt:` and
 * `# setup:` with a text as JSON. A verifier's code stands after the line `# verifier:`.
 */
export function readJudgedPrograms(folder: 'hostile' | 'controls'): ProgramCase[] {
  const files = readdirSync(join(FOLDER, folder)).filter((file) => file.endsWith('.py'));
  return files.map((file) => {
    const name = file.slice(0, -'.py'.length);
    const [text = '', verifier] = readFileSync(join(FOLDER, folder, file), 'utf8').split('\n# verifier:\n');
    const { headers, solution } = splitHeaders(text);
    const expected = (headers.get('expect')?.split(' | ') ?? ['passed']) as Outcome[];
    const rule = JSON.parse(headers.get('judge') ?? '{}') as { readonly kind: JudgeRule['kind'] };
    return {
      name,
      expected,
      program: {
        programId: name,
        prompt: textOf(headers.get('prompt')),
        solution,
        testSetupCode: textOf(headers.get('setup')),
        tests: [],
        // A busy machine must not make a wall timeout out of anything else.
        limits: expected.includes('wall_timeout') ? { ...LIMITS, wallTimeMs: 1_500 } : LIMITS,
        judge: { ...DEFAULTS[rule.kind], ...(verifier !== undefined && { verifier }), ...rule } as JudgeRule,
      },
    };
  });
}

function splitHeaders(text: string): { headers: Map<string, string>; solution: string } {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => !/^# (expect|judge|prompt|setup): /.test(line));
  const headers = lines.slice(0, first).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(2, colon), line.slice(colon + 2)] as const;
  });
  return { headers: new Map(headers), solution: `${lines.slice(first).join('\n').trimEnd()}\n` };
}

function textOf(json: string | undefined): string {
  return json === undefined ? '' : (JSON.parse(json) as string);
}
