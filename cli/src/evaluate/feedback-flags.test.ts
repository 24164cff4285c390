import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addFeedbackOptions, feedbackOf, type FeedbackFlags } from './feedback-flags.ts';

const parsed = (...argv: string[]): FeedbackFlags =>
  addFeedbackOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }))
    .parse(argv, { from: 'user' })
    .opts();

test.each([
  [[], undefined],
  [['--feedback-style', 'leti'], { style: 'leti' }],
  [['--feedback-style', 'canonical_v1'], { style: 'canonical_v1' }],
  [['--feedback-values'], { style: 'canonical_v1', values: true }],
  [['--max-feedback-tokens', '64'], { style: 'canonical_v1', maxTokens: 64 }],
  [['--visible-tests', '0'], { visibleTests: 0 }],
])('%j asks for the feedback %j', (argv, options) => {
  expect(feedbackOf(parsed(...argv))).toEqual(options);
});

test.each([
  [['--feedback-style', 'short'], 'Allowed choices are leti, canonical_v1'],
  [['--visible-tests', '-1'], 'Expected a whole number of at least 0'],
  [['--max-feedback-tokens', '0'], 'Expected a whole number from 1 to 65536'],
])('%j is refused: %s', (argv, message) => {
  expect(() => parsed(...argv)).toThrow(message);
});

test.each([
  [['--feedback-values'], '--feedback-values needs --feedback-style canonical_v1'],
  [['--max-feedback-tokens', '9'], '--max-feedback-tokens needs --feedback-style canonical_v1'],
])('the published style has no %j', (argv, message) => {
  expect(() => feedbackOf(parsed('--feedback-style', 'leti', ...argv))).toThrow(message);
});
