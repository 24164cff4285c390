import type { Program } from '@leti/leti';
import { FeedbackStyle, type Program as ProtoProgram } from '@leti/proto';
import type { FieldPath } from './field-path.ts';
import { limitsFromProto, limitsToProto } from './limits.ts';

/** Reads a program, which must be set; reports bad limits and an unknown feedback style. */
export function programFromProto(program: ProtoProgram | undefined, at: FieldPath): Program {
  if (!at.present(program))
    return { programId: '', prompt: '', solution: '', testSetupCode: '', tests: [], limits: {} };
  const style: number = program.feedbackStyle;
  const known = style === FeedbackStyle.UNSPECIFIED || style === FeedbackStyle.LETI;
  at.field('feedback_style').expect(known, 'must be FEEDBACK_STYLE_LETI', style);
  return {
    programId: program.programId,
    prompt: program.prompt,
    solution: program.solution,
    testSetupCode: program.testSetupCode,
    tests: [...program.tests],
    limits: limitsFromProto(program.limits, at.field('limits')),
  };
}

export function programToProto(program: Program): ProtoProgram {
  return {
    ...program,
    tests: [...program.tests],
    limits: limitsToProto(program.limits),
    feedbackStyle: FeedbackStyle.LETI,
  };
}
