import type { Program } from '@leti/leti';
import type { Program as ProtoProgram } from '@leti/proto';
import { feedbackOptionsFromProto, feedbackOptionsToProto } from './feedback-options.ts';
import type { FieldPath } from './field-path.ts';
import { judgeRuleFromProto, judgeRuleToProto } from './judge-rule.ts';
import { limitsFromProto, limitsToProto } from './limits.ts';

/** Reads a program, which must be set; reports bad limits, tolerances and feedback bounds, and unknown enum values. */
export function programFromProto(program: ProtoProgram | undefined, at: FieldPath): Program {
  if (!at.present(program))
    return { programId: '', prompt: '', solution: '', testSetupCode: '', tests: [], limits: {} };
  const judge = judgeRuleFromProto(program.judge, at);
  const feedback = feedbackOptionsFromProto(program, at);
  return {
    programId: program.programId,
    prompt: program.prompt,
    solution: program.solution,
    testSetupCode: program.testSetupCode,
    tests: [...program.tests],
    limits: limitsFromProto(program.limits, at.field('limits')),
    ...(judge !== undefined && { judge }),
    ...(feedback !== undefined && { feedback }),
  };
}

export function programToProto({ judge, feedback, ...program }: Program): ProtoProgram {
  return {
    ...program,
    tests: [...program.tests],
    limits: limitsToProto(program.limits),
    judge: judgeRuleToProto(judge),
    ...feedbackOptionsToProto(feedback),
  };
}
