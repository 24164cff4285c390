import type { z } from 'zod';
import { type TrainingSettings, trainingSettingsSchema } from './training-settings.ts';

/** One thing that is wrong with settings: place, expectation, value. */
export interface SettingsProblem {
  /** Keys and indices from the top, e.g. `['fineTuning', 'epochs']`; empty for the whole. */
  readonly path: readonly (string | number)[];
  readonly expectation: string;
  /** What stands there; undefined when nothing does. */
  readonly value: unknown;
}

/** Settings that break their rules, with every problem found. */
export class InvalidSettingsError extends Error {
  override readonly name = 'InvalidSettingsError';
  readonly problems: readonly SettingsProblem[];
  constructor(problems: readonly SettingsProblem[]) {
    super(problems.map(({ path, expectation }) => `${path.join('.') || 'settings'}: ${expectation}`).join('; '));
    this.problems = problems;
  }
}

/**
 * Checks settings and fills in the defaults, those of the mode included. What it gave back, it gives back again.
 *
 * @throws {InvalidSettingsError} with every problem at once
 */
export function parseTrainingSettings(input: unknown): TrainingSettings {
  const result = trainingSettingsSchema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidSettingsError(result.error.issues.flatMap((issue) => settingsProblems(issue, input)));
}

function settingsProblems(issue: z.core.$ZodIssue, input: unknown): SettingsProblem[] {
  const at = issue.path.filter((key) => typeof key !== 'symbol');
  const problem = (path: readonly (string | number)[], expectation: string): SettingsProblem => ({
    path,
    expectation,
    value: path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], input),
  });
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => problem([...at, key], 'is not a setting'));
  return [problem(at, expectationOf(issue))];
}

/** In the words of our other errors; the schema's own messages stay as they are. */
function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'too_small':
    case 'too_big': {
      const small = issue.code === 'too_small';
      const bound = small ? issue.minimum : issue.maximum;
      if (issue.origin === 'string') return `must have ${small ? 'at least' : 'at most'} ${bound} characters`;
      if (issue.origin === 'array') return `must hold ${small ? 'at least' : 'at most'} ${bound}`;
      return `must be ${small ? '>' : '<'}${issue.inclusive === false ? '' : '='} ${bound}`;
    }
    default:
      return issue.message;
  }
}
