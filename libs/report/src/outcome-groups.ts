import { OUTCOMES, type Outcome, type OutcomeCounts } from '@leti/leti';

/** Outcomes that are drawn as one part of a bar; the rare ones share a colour. */
export interface OutcomeGroup {
  readonly label: string;
  /** Name of the style sheet's colour. */
  readonly colour: string;
  readonly outcomes: readonly Outcome[];
}

const OWN_COLOUR: readonly OutcomeGroup[] = [
  { label: 'passed', colour: 'passed', outcomes: ['passed'] },
  { label: 'failed assertion', colour: 'assertion', outcomes: ['failed_assertion'] },
  { label: 'exception', colour: 'exception', outcomes: ['exception'] },
  { label: 'syntax error', colour: 'syntax', outcomes: ['syntax_error'] },
  { label: 'timeout', colour: 'timeout', outcomes: ['cpu_timeout', 'wall_timeout'] },
];

/** In drawing order: passed first, then from "nearly right" to "not a program", then the rest. */
export const OUTCOME_GROUPS: readonly OutcomeGroup[] = [
  ...OWN_COLOUR,
  {
    label: 'other',
    colour: 'other',
    outcomes: OUTCOMES.filter((outcome) => !OWN_COLOUR.some((group) => group.outcomes.includes(outcome))),
  },
];

/** How many programs of a count fall into a group. */
export const countIn = (group: OutcomeGroup, counts: OutcomeCounts): number =>
  group.outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
