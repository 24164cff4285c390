import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedbackOptions, JudgeRule, Outcome, Program } from '@leti/leti';

const FOLDER = import.meta.dirname;
const LIMITS = { cpuTimeMs: 1_000, wallTimeMs: 30_000, memoryBytes: 256 * 2 ** 20, outputBytes: 2 ** 20, processes: 8 };

/** A program with what must become of it. */
export interface ProgramCase {
  readonly name: string;
  readonly program: Program;
  /** Any of these; a race or the machine may decide between them, never between them and passing. */
  readonly expected: readonly Outcome[];
}

/**
 * The programs of a folder beside this file. `# expect: a | b` in the first line names the outcomes, by default `passed`;
 * the tests stand after the line `# tests:`, by default one that the solution must not pass.
 */
export function readPrograms(folder: 'hostile' | 'controls'): ProgramCase[] {
  return filesOf(folder, '.py').map(({ name, text }) => {
    const [solution = '', tests] = text.split('\n# tests:\n');
    const expected = /^# expect: (.*)/.exec(solution)?.[1]?.split(' | ') ?? ['passed'];
    return {
      name,
      expected: expected as Outcome[],
      program: {
        programId: name,
        prompt: '',
        solution: `${solution}\n`,
        testSetupCode: '',
        tests: [tests?.trimEnd() ?? 'assert add(1, 2) == 3'],
        // A busy machine must not make a wall timeout out of anything else.
        limits: expected.includes('wall_timeout') ? { ...LIMITS, wallTimeMs: 1_500 } : LIMITS,
      },
    };
  });
}

/** Two programs, run one after the other: what the first leaves, the second must not find. Neither passes. */
export interface ProgramPair {
  readonly name: string;
  readonly leaves: Program;
  readonly finds: Program;
}

/** The pairs of pairs/: `NAME.leaves.py` and `NAME.finds.py`, the second of which gives the right answer when it finds something. */
export function readPairs(): ProgramPair[] {
  const texts = new Map(filesOf('pairs', '.py').map(({ name, text }) => [name, text]));
  const program = (name: string): Program => ({
    programId: name,
    prompt: '',
    solution: texts.get(name) ?? '',
    testSetupCode: '',
    tests: ['assert add(1, 2) == 3'],
    limits: LIMITS,
  });
  return [...texts.keys()]
    .filter((name) => name.endsWith('.leaves'))
    .map((name) => name.slice(0, -'.leaves'.length))
    .map((name) => ({ name, leaves: program(`${name}.leaves`), finds: program(`${name}.finds`) }));
}

/** A program with the feedback that it must get. */
export interface FeedbackCase {
  readonly name: string;
  readonly program: Program;
  readonly feedback: string;
  /** The oldest Python that gives this text, e.g. `[3, 11]`. */
  readonly since: readonly [number, number];
}

/**
 * The cases of feedback/, in the published code's words, which make_feedback.py wrote, or of canonical/, which make_canonical.py
 * wrote: each a file of sections `--- prompt`, `--- solution`, `--- setup`, `--- test`, `--- options` and `--- judge` (both JSON), and
 * `--- feedback`.
 */
export function readFeedbackCases(folder: 'feedback' | 'canonical'): FeedbackCase[] {
  return filesOf(folder, '.txt').map(({ name, text }) => {
    const sections = text
      .split('--- ')
      .slice(1)
      .map((block) => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1, -1)] as const);
    const one = (title: string): string => sections.find(([found]) => found === title)?.[1] ?? '';
    const { only = [3, 9], ...options } = JSON.parse(one('options') || '{}') as FeedbackOptions & {
      only?: [number, number];
    };
    const judge = one('judge');
    return {
      name,
      feedback: one('feedback'),
      since: only,
      program: {
        programId: name,
        prompt: one('prompt'),
        solution: one('solution'),
        testSetupCode: one('setup'),
        tests: sections.filter(([title]) => title === 'test').map(([, body]) => body),
        limits: LIMITS,
        ...(judge !== '' && { judge: JSON.parse(judge) as JudgeRule }),
        ...(folder === 'canonical' && { feedback: { style: 'canonical_v1', ...options } }),
      },
    };
  });
}

function filesOf(folder: string, ending: string): { name: string; text: string }[] {
  return readdirSync(join(FOLDER, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => ({ name: file.slice(0, -ending.length), text: readFileSync(join(FOLDER, folder, file), 'utf8') }));
}
