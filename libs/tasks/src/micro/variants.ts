import { type Family, type Parameters } from './family.ts';
import { createRandom } from './random.ts';

/** The parts of the micro task; no two share a variant of any family. */
export const MICRO_SPLITS = ['train', 'validation', 'test'] as const;
export type MicroSplit = (typeof MICRO_SPLITS)[number];

/** One way to pose a family's problem: its parameters and its wording. */
export interface Variant {
  readonly parameters: Parameters;
  /** The sentence's start, e.g. `Write a function to`. */
  readonly opener: string;
  readonly phrase: string;
}

const OPENERS = [
  'Write a function to',
  'Write a python function to',
  'Create a function to',
  'Define a function to',
  'Implement a function to',
] as const; // prettier-ignore

const HELD_OUT: Readonly<Record<Exclude<MicroSplit, 'train'>, number>> = { validation: 0.12, test: 0.25 };

/**
 * A family's variants of one split, in a fixed shuffled order. Splits are disjoint in the parameters where a family has
 * at least four choices of them, and in the wording otherwise, so that a test problem is never a training problem.
 */
export function variantsOf(family: Family, split: MicroSplit): readonly Variant[] {
  const random = createRandom(`variants/${family.name}`);
  const wordings = OPENERS.flatMap((opener) => family.phrases.map((phrase) => ({ opener, phrase })));
  const byParameters = family.parameters.length >= 4;
  const parameters = byParameters ? shareOf(split, random.shuffle(family.parameters)) : family.parameters;
  const shares = byParameters ? wordings : shareOf(split, random.shuffle(wordings));
  const variants = parameters.flatMap((record) => shares.map((wording) => ({ parameters: record, ...wording })));
  return createRandom(`order/${split}/${family.name}`).shuffle(variants);
}

function shareOf<T>(split: MicroSplit, items: readonly T[]): readonly T[] {
  const test = Math.max(1, Math.round(items.length * HELD_OUT.test));
  const validation = Math.max(1, Math.round(items.length * HELD_OUT.validation));
  if (split === 'test') return items.slice(0, test);
  return split === 'validation' ? items.slice(test, test + validation) : items.slice(test + validation);
}
