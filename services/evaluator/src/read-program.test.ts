import { Program } from '@leti/proto';
import { InvalidArgumentError } from '@leti/rpc';
import { MAX_LIMITS } from '@leti/sandbox';
import { describe, expect, test } from 'vitest';
import { readProgram } from './read-program.ts';

type ProtoJudge = Program['judge'];

const program = (judge: ProtoJudge, more: Partial<Program> = {}): Program =>
  Program.create({ programId: 'p', solution: 'x = 1', judge, ...more });
const returned = (more: object = {}): ProtoJudge => ({
  $case: 'returnedValue',
  value: {
    expression: 'x',
    expected: '1',
    absoluteTolerance: 0,
    relativeTolerance: 0,
    numbersFromText: false,
    ...more,
  },
});
const stdio = (cases: readonly { stdin: string; stdout: string }[], more: object = {}): ProtoJudge => ({
  $case: 'stdio',
  value: { cases: [...cases], comparison: 0, absoluteTolerance: 0, relativeTolerance: 0, ...more },
});
const verifier = (more: object = {}): ProtoJudge => ({
  $case: 'verifier',
  value: { expression: 'x', verifier: 'def verify(value, reference): ...', reference: '', ...more },
});
const textMatch = (expected: readonly string[], more: object = {}): ProtoJudge => ({
  $case: 'textMatch',
  value: { expected: [...expected], mode: 0, answerPattern: '', ignoreCase: false, ...more },
});
const CASE = { stdin: '', stdout: '1' };

describe('a program with a judge', () => {
  test.for([
    ['a returned value', returned(), 'returned_value'],
    ['cases', stdio([CASE]), 'stdio'],
    ['a verifier', verifier(), 'verifier'],
    ['a text', textMatch(['a']), 'text_match'],
  ] as const)('is judged by %s', ([, judge, kind]) => {
    expect(readProgram(program(judge), MAX_LIMITS).judge?.kind).toBe(kind);
  });

  test('may have set-up code where an expression is evaluated', () => {
    expect(readProgram(program(returned(), { testSetupCode: 'y = 1' }), MAX_LIMITS).testSetupCode).toBe('y = 1');
  });

  test.for<[string, ProtoJudge, Partial<Program>, string]>([
    ['tests as well', returned(), { tests: ['pass'] }, 'program.tests'],
    ['neither tests nor a judge', undefined, {}, 'program.tests'],
    ['no expression', returned({ expression: '' }), {}, 'program.returned_value.expression'],
    ['a long expression', verifier({ expression: 'x'.repeat(2 ** 16 + 1) }), {}, 'program.verifier.expression'],
    ['no expected value', returned({ expected: '' }), {}, 'program.returned_value.expected'],
    ['a negative tolerance', returned({ relativeTolerance: -1 }), {}, 'program.returned_value.relative_tolerance'],
    ['an endless tolerance', stdio([CASE], { absoluteTolerance: Infinity }), {}, 'program.stdio.absolute_tolerance'],
    ['no verifier', verifier({ verifier: '' }), {}, 'program.verifier.verifier'],
    ['a long verifier', verifier({ verifier: '#'.repeat(2 ** 20 + 1) }), {}, 'program.verifier.verifier'],
    ['a long reference', verifier({ reference: ' '.repeat(2 ** 20 + 1) }), {}, 'program.verifier.reference'],
    ['no case', stdio([]), {}, 'program.stdio.cases'],
    ['too many cases', stdio(Array.from({ length: 1_001 }, () => CASE)), {}, 'program.stdio.cases'],
    [
      'a case with too much input',
      stdio([CASE, { stdin: 'ü'.repeat(2 ** 23 + 1), stdout: '' }]),
      {},
      'program.stdio.cases[1].stdin',
    ],
    [
      'too much text in all cases',
      stdio(Array.from({ length: 3 }, () => ({ stdin: 'x'.repeat(2 ** 24), stdout: '' }))),
      {},
      'program.stdio.cases',
    ],
    ['an unknown comparison', stdio([CASE], { comparison: 9 }), {}, 'program.stdio.comparison'],
    ['set-up code and cases', stdio([CASE]), { testSetupCode: 'x' }, 'program.test_setup_code'],
    ['set-up code and a text', textMatch(['a']), { testSetupCode: 'x' }, 'program.test_setup_code'],
    ['no expected text', textMatch([]), {}, 'program.text_match.expected'],
    ['an empty expected text', textMatch(['a', '']), {}, 'program.text_match.expected[1]'],
    ['white space around an expected text', textMatch(['a ']), {}, 'program.text_match.expected[0]'],
    ['what Python takes for white space', textMatch(['a', '\x1fa']), {}, 'program.text_match.expected[1]'],
    [
      'a long pattern',
      textMatch(['a'], { answerPattern: 'x'.repeat(2 ** 16 + 1) }),
      {},
      'program.text_match.answer_pattern',
    ],
  ])('that has %s is refused at its field', ([, judge, more, field]) => {
    expect(violationsOf(() => readProgram(program(judge, more), MAX_LIMITS))).toEqual([field]);
  });
});

/** Fields that `read` refuses; none when it does not. */
function violationsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return error.violations.map(({ field }) => field);
  }
}
