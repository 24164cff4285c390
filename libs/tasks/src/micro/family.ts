import type { Value } from './python-literal.ts';
import type { Random } from './random.ts';
import type { Slip } from './slips.ts';

/** What varies between the problems of a family, filled into `{name}` places of phrases and programs. */
export type Parameters = Readonly<Record<string, number | string>>;

/** What the authors of the corpus mostly get wrong here: nothing, the idea (`wrong[0]`), or the syntax (a named slip). */
export type Habit = 'sound' | 'misconception' | Slip;

/**
 * One kind of problem: the same function up to its parameters. Bodies are Python lines without the four spaces that
 * the definition gives them; `{name}` stands for a parameter, as in phrases.
 */
export interface Family {
  /** Kebab-case, unique. */
  readonly name: string;
  /** Every choice of parameters; one empty record for a family without any. */
  readonly parameters: readonly Parameters[];
  /** What the function is to do, after "Write a function to". */
  readonly phrases: readonly string[];
  readonly entryNames: readonly string[];
  /** The function's arguments as Python writes them, e.g. `xs, n`. */
  readonly takes: string;
  /** One call's arguments, chosen so that wrong programs tend to show. */
  inputs(random: Random, parameters: Parameters): readonly Value[];
  /** The reference implementation. */
  solve(parameters: Parameters, inputs: readonly Value[]): Value;
  /** Correct bodies, the commonest first. */
  readonly right: readonly string[];
  /** Plausibly wrong bodies, the commonest first. */
  readonly wrong: readonly string[];
  readonly habit: Habit;
}

/** A family as written in the tables, with its own parameter and argument types. */
export interface FamilyDefinition<P extends Parameters, A extends readonly Value[]> extends Omit<
  Family,
  'parameters' | 'inputs' | 'solve'
> {
  readonly parameters: readonly P[];
  inputs(random: Random, parameters: P): A;
  solve(parameters: P, ...inputs: A): Value;
}

/** Forgets the types that only the family's own functions need. */
export function family<P extends Parameters, A extends readonly Value[]>(definition: FamilyDefinition<P, A>): Family {
  return {
    ...definition,
    inputs: (random, parameters) => definition.inputs(random, parameters as P),
    solve: (parameters, inputs) => definition.solve(parameters as P, ...(inputs as A)),
  };
}

/** One record `{ k }` for each integer from low to high. */
export function eachK(low: number, high: number): readonly { readonly k: number }[] {
  return Array.from({ length: high - low + 1 }, (_, index) => ({ k: low + index }));
}

/** One record `{ c }` for each of the letters. */
export function eachLetter(letters: string): readonly { readonly c: string }[] {
  return letters.split('').map((c) => ({ c }));
}

/** The parameters of a family that has none. */
export const NO_PARAMETERS: readonly Record<string, never>[] = [{}];

/** The text with every `{name}` replaced. */
export function fill(template: string, parameters: Parameters): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(parameters[name] ?? place));
}
