import type { FeedbackOptions, FeedbackStyle } from '@leti/leti';
import { FeedbackStyle as ProtoFeedbackStyle, type Program as ProtoProgram } from '@leti/proto';
import { enumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

const styles = enumTable<FeedbackStyle, ProtoFeedbackStyle>(
  { leti: ProtoFeedbackStyle.LETI, canonical_v1: ProtoFeedbackStyle.CANONICAL_V1 },
  { prefix: 'FEEDBACK_STYLE_', unspecified: 'leti' },
);
/** Most tokens of canonical feedback that a program may ask for. */
const MAX_TOKENS = 65_536;

/** A program's own fields, or those of a training run's feedback settings. */
type FeedbackFields = Pick<ProtoProgram, 'feedbackStyle' | 'visibleTests' | 'maxFeedbackTokens' | 'feedbackValues'>;

/** Reads what feedback may tell; undefined when all of them are at their defaults. */
export function feedbackOptionsFromProto(program: FeedbackFields, at: FieldPath): FeedbackOptions | undefined {
  const { feedbackStyle, visibleTests, maxFeedbackTokens, feedbackValues } = program;
  const style = styles.fromProto(feedbackStyle, at.field('feedback_style'));
  at.field('visible_tests').expect(visibleTests === undefined || visibleTests >= 0, 'must be 0 or more', visibleTests);
  const tokensFit = maxFeedbackTokens >= 0 && maxFeedbackTokens <= MAX_TOKENS;
  at.field('max_feedback_tokens').expect(tokensFit, `must be in [0, ${MAX_TOKENS}]`, maxFeedbackTokens);
  const options: FeedbackOptions = {
    ...(style !== 'leti' && { style }),
    ...(visibleTests !== undefined && { visibleTests }),
    ...(maxFeedbackTokens !== 0 && { maxTokens: maxFeedbackTokens }),
    ...(feedbackValues && { values: true }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

export function feedbackOptionsToProto(options: FeedbackOptions | undefined): FeedbackFields {
  return {
    feedbackStyle: styles.toProto(options?.style ?? 'leti'),
    visibleTests: options?.visibleTests,
    maxFeedbackTokens: options?.maxTokens ?? 0,
    feedbackValues: options?.values ?? false,
  };
}
