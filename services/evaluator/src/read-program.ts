import { FieldPath, programFromProto } from '@leti/convert';
import type { Limits, Program } from '@leti/leti';
import type { Program as ProtoProgram } from '@leti/proto';
import { findBadLimit } from '@leti/sandbox';
import { checkJudgeRule } from './check-judge-rule.ts';

// A problem's id, 256 characters, and more to tell its samples apart.
const MAX_ID_LENGTH = 512;
const MAX_TEXT_LENGTH = 2 ** 20;
const MAX_TESTS = 10_000;
const FIELDS = {
  cpuTimeMs: 'cpu_time',
  wallTimeMs: 'wall_time',
  memoryBytes: 'memory_bytes',
  outputBytes: 'output_bytes',
  processes: 'processes',
} as const satisfies Record<keyof Limits, string>;

/**
 * Reads a program and checks what the evaluator alone can: sizes, and limits against its own.
 * @throws {InvalidArgumentError} with every bad field, e.g. `program.limits.cpu_time`
 */
export function readProgram(message: ProtoProgram | undefined, maxLimits: Limits): Program {
  return FieldPath.validated((root) => {
    const at = root.field('program');
    const program = programFromProto(message, at);
    if (message === undefined) return program;
    const { programId, prompt, solution, testSetupCode, tests, limits } = program;
    const idFits = programId.length >= 1 && programId.length <= MAX_ID_LENGTH;
    at.field('program_id').expect(idFits, `must have 1 to ${MAX_ID_LENGTH} characters`, programId);
    const texts = { prompt, solution, test_setup_code: testSetupCode };
    for (const [name, text] of Object.entries(texts)) {
      at.field(name).expect(text.length <= MAX_TEXT_LENGTH, `must have at most ${MAX_TEXT_LENGTH} characters`, text);
    }
    if (program.judge === undefined) checkTests(tests, at.field('tests'));
    else checkJudgeRule(program.judge, program, at);
    const bad = findBadLimit(limits, maxLimits);
    if (bad !== undefined) at.field('limits').field(FIELDS[bad.limit]).reject(bad.expectation, limits[bad.limit]);
    return program;
  });
}

function checkTests(tests: readonly string[], at: FieldPath): void {
  // A program without a test would pass whatever it does: a reward for nothing.
  at.expect(tests.length >= 1 && tests.length <= MAX_TESTS, `must be 1 to ${MAX_TESTS}`, tests.length);
  const length = tests.reduce((sum, test) => sum + test.length, 0);
  at.expect(length <= MAX_TEXT_LENGTH, `must have at most ${MAX_TEXT_LENGTH} characters`, length);
}
