import type { FieldPath } from '@leti/convert';
import type { JudgeRule, Program } from '@leti/leti';

const MAX_EXPRESSION_LENGTH = 2 ** 16;
const MAX_TEXT_LENGTH = 2 ** 20;
const MAX_CASES = 1_000;
const MAX_CASE_BYTES = 2 ** 24;
/** Of all cases together. */
const MAX_CASES_BYTES = 2 ** 25;
const MAX_ANSWERS = 100;
/** White space to Python's `str.strip`, which answers go through, and not to JavaScript's `trim`. */
const MORE_SPACES = '\x1c\x1d\x1e\x1f\x85';

/** Checks the sizes of a program's judge, and that nothing stands beside it that it does not use. `at` is the program's place. */
export function checkJudgeRule(rule: JudgeRule, program: Program, at: FieldPath): void {
  at.field('tests').expect(program.tests.length === 0, `must be empty beside ${rule.kind}`, program.tests.length);
  const place = at.field(rule.kind);
  switch (rule.kind) {
    case 'returned_value':
      checkText(rule.expression, 1, MAX_EXPRESSION_LENGTH, place.field('expression'));
      return checkText(rule.expected, 1, MAX_TEXT_LENGTH, place.field('expected'));
    case 'verifier':
      checkText(rule.expression, 1, MAX_EXPRESSION_LENGTH, place.field('expression'));
      checkText(rule.verifier, 1, MAX_TEXT_LENGTH, place.field('verifier'));
      return checkText(rule.reference, 0, MAX_TEXT_LENGTH, place.field('reference'));
    case 'stdio':
      checkNoSetup(program, at);
      return checkCases(rule.cases, place.field('cases'));
    case 'text_match':
      checkNoSetup(program, at);
      checkText(rule.answerPattern, 0, MAX_EXPRESSION_LENGTH, place.field('answer_pattern'));
      return checkAnswers(rule.expected, place.field('expected'));
  }
}

function checkText(text: string, least: number, most: number, at: FieldPath): void {
  const fits = text.length >= least && text.length <= most;
  at.expect(fits, least === 0 ? `must have at most ${most} characters` : `must have 1 to ${most} characters`, text);
}

function checkNoSetup({ testSetupCode }: Program, at: FieldPath): void {
  at.field('test_setup_code').expect(testSetupCode === '', 'must be empty, for no tests are run', testSetupCode);
}

function checkCases(cases: Extract<JudgeRule, { kind: 'stdio' }>['cases'], at: FieldPath): void {
  at.expect(cases.length >= 1 && cases.length <= MAX_CASES, `must be 1 to ${MAX_CASES}`, cases.length);
  let total = 0;
  for (const [index, { stdin, stdout }] of cases.entries()) {
    for (const [name, text] of Object.entries({ stdin, stdout })) {
      const bytes = Buffer.byteLength(text);
      total += bytes;
      at.index(index)
        .field(name)
        .expect(bytes <= MAX_CASE_BYTES, `must have at most ${MAX_CASE_BYTES} bytes`, bytes);
    }
  }
  at.expect(total <= MAX_CASES_BYTES, `must have at most ${MAX_CASES_BYTES} bytes together`, total);
}

function checkAnswers(expected: readonly string[], at: FieldPath): void {
  at.expect(expected.length >= 1 && expected.length <= MAX_ANSWERS, `must be 1 to ${MAX_ANSWERS}`, expected.length);
  for (const [index, text] of expected.entries()) {
    // An empty text would be in every answer, and at its start.
    checkText(text, 1, MAX_EXPRESSION_LENGTH, at.index(index));
    const bare =
      text === text.trim() && !MORE_SPACES.includes(text.at(0) ?? ' ') && !MORE_SPACES.includes(text.at(-1) ?? ' ');
    at.index(index).expect(bare, 'must have no white space at its ends', text);
  }
}
