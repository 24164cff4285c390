import { FEEDBACK_STYLES, type FeedbackOptions, type FeedbackStyle } from '@leti/leti';
import { type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { wholeNumber } from '../service-options.ts';

/** What feedback is to tell, as flags say it. */
export interface FeedbackFlags {
  readonly feedbackStyle?: FeedbackStyle;
  readonly feedbackValues?: boolean;
  readonly visibleTests?: number;
  readonly maxFeedbackTokens?: number;
}

/** Adds the flags; docs/feedback.md says what they mean. */
export function addFeedbackOptions(command: Command): Command {
  const style = new Option('--feedback-style <style>', 'form of the feedback (default: leti, the published one)');
  const values = new Option('--feedback-values', 'tell what a failed test got and expected; implies canonical_v1');
  const tokens = new Option('--max-feedback-tokens <n>', 'bound of the feedback (default: 512); implies canonical_v1');
  return command
    .addOption(style.choices(FEEDBACK_STYLES))
    .addOption(values.implies({ feedbackStyle: 'canonical_v1' }))
    .addOption(tokens.argParser(wholeNumber(1, 65_536)).implies({ feedbackStyle: 'canonical_v1' }))
    .option('--visible-tests <n>', 'feedback quotes the first n tests only (default: all)', wholeNumber(0));
}

/**
 * The feedback asked for; undefined where no flag says anything.
 * @throws {CliError} for what only canonical_v1 has, asked of another style
 */
export function feedbackOf(flags: FeedbackFlags): FeedbackOptions | undefined {
  const { feedbackStyle, feedbackValues, visibleTests, maxFeedbackTokens } = flags;
  const ofCanonical = { '--feedback-values': feedbackValues, '--max-feedback-tokens': maxFeedbackTokens };
  const needy = Object.entries(ofCanonical).find(([, value]) => value !== undefined);
  if (needy !== undefined && feedbackStyle === 'leti')
    throw new CliError(EXIT.badInput, `${needy[0]} needs --feedback-style canonical_v1, got ${feedbackStyle}`);
  const options: FeedbackOptions = {
    ...(feedbackStyle !== undefined && { style: feedbackStyle }),
    ...(feedbackValues === true && { values: true }),
    ...(visibleTests !== undefined && { visibleTests }),
    ...(maxFeedbackTokens !== undefined && { maxTokens: maxFeedbackTokens }),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}
