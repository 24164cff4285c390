import type { JudgeRule, Tolerance } from '@leti/leti';
import { type Program as ProtoProgram, StdoutComparison, TextMatchMode } from '@leti/proto';
import { enumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

type ProtoJudge = ProtoProgram['judge'];
type Comparison = Extract<JudgeRule, { kind: 'stdio' }>['comparison'];
type Mode = Extract<JudgeRule, { kind: 'text_match' }>['mode'];

const comparisons = enumTable<Comparison, StdoutComparison>(
  { exact: StdoutComparison.EXACT, lines: StdoutComparison.LINES, words: StdoutComparison.WORDS },
  { prefix: 'STDOUT_COMPARISON_', unspecified: 'lines' },
);
const modes = enumTable<Mode, TextMatchMode>(
  { equal: TextMatchMode.EQUAL, prefix: TextMatchMode.PREFIX, contains: TextMatchMode.CONTAINS },
  { prefix: 'TEXT_MATCH_MODE_', unspecified: 'equal' },
);

/** Reads how a program is judged other than by tests; undefined when it is by tests. `at` is the program's place. */
export function judgeRuleFromProto(judge: ProtoJudge, at: FieldPath): JudgeRule | undefined {
  switch (judge?.$case) {
    case undefined:
      return undefined;
    case 'returnedValue': {
      const { expression, expected, numbersFromText } = judge.value;
      const tolerance = toleranceFromProto(judge.value, at.field('returned_value'));
      return { kind: 'returned_value', expression, expected, tolerance, numbersFromText };
    }
    case 'stdio': {
      const place = at.field('stdio');
      const { cases, comparison } = judge.value;
      return {
        kind: 'stdio',
        cases: cases.map(({ stdin, stdout }) => ({ stdin, stdout })),
        comparison: comparisons.fromProto(comparison, place.field('comparison')),
        tolerance: toleranceFromProto(judge.value, place),
      };
    }
    case 'verifier': {
      const { expression, verifier, reference } = judge.value;
      return { kind: 'verifier', expression, verifier, reference };
    }
    case 'textMatch': {
      const { expected, mode, answerPattern, ignoreCase } = judge.value;
      return {
        kind: 'text_match',
        expected: [...expected],
        mode: modes.fromProto(mode, at.field('text_match').field('mode')),
        answerPattern,
        ignoreCase,
      };
    }
  }
}

export function judgeRuleToProto(rule: JudgeRule | undefined): ProtoJudge {
  switch (rule?.kind) {
    case undefined:
      return undefined;
    case 'returned_value': {
      const { expression, expected, tolerance, numbersFromText } = rule;
      return {
        $case: 'returnedValue',
        value: { expression, expected, ...toleranceToProto(tolerance), numbersFromText },
      };
    }
    case 'stdio':
      return {
        $case: 'stdio',
        value: {
          cases: [...rule.cases],
          comparison: comparisons.toProto(rule.comparison),
          ...toleranceToProto(rule.tolerance),
        },
      };
    case 'verifier': {
      const { expression, verifier, reference } = rule;
      return { $case: 'verifier', value: { expression, verifier, reference } };
    }
    case 'text_match': {
      const { expected, mode, answerPattern, ignoreCase } = rule;
      return {
        $case: 'textMatch',
        value: { expected: [...expected], mode: modes.toProto(mode), answerPattern, ignoreCase },
      };
    }
  }
}

interface ToleranceFields {
  readonly absoluteTolerance: number;
  readonly relativeTolerance: number;
}

function toleranceFromProto({ absoluteTolerance, relativeTolerance }: ToleranceFields, at: FieldPath): Tolerance {
  for (const [name, value] of Object.entries({
    absolute_tolerance: absoluteTolerance,
    relative_tolerance: relativeTolerance,
  })) {
    at.field(name).expect(Number.isFinite(value) && value >= 0, 'must be finite and not negative', value);
  }
  return { absolute: absoluteTolerance, relative: relativeTolerance };
}

function toleranceToProto({ absolute, relative }: Tolerance): ToleranceFields {
  return { absoluteTolerance: absolute, relativeTolerance: relative };
}
