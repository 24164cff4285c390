import type { Problem } from '@leti/leti';
import { definition } from './definition.ts';
import { FAMILIES } from './families/families.ts';
import { type Family, fill } from './family.ts';
import { pythonLiteral, type Value } from './python-literal.ts';
import { createRandom, type Random } from './random.ts';
import { type MicroSplit, type Variant, variantsOf } from './variants.ts';

/** Problems in each split: six, one and four of every family. */
export const MICRO_SPLIT_SIZES: Readonly<Record<MicroSplit, number>> = {
  train: FAMILIES.length * 6,
  validation: FAMILIES.length,
  test: FAMILIES.length * 4,
};

const TESTS_PER_PROBLEM = 3;

/** A problem together with what it was made from, which the corpus needs to write programs for it. */
export interface PosedProblem {
  readonly family: Family;
  readonly variant: Variant;
  readonly entryName: string;
  readonly prompt: string;
  readonly tests: readonly string[];
  /** The family's commonest right program. */
  readonly referenceSolution: string;
}

/**
 * The problems of a split, family by family in turn, so that any first k of them are spread over the families.
 * The same call gives the same problems on every machine.
 */
export function microProblems(split: MicroSplit): readonly Problem[] {
  return posedProblems('micro', FAMILIES, split, MICRO_SPLIT_SIZES[split]);
}

/** The first `count` problems of a split of a task of families, family by family in turn, with reference solutions. */
export function posedProblems(
  task: string,
  families: readonly Family[],
  split: MicroSplit,
  count: number,
): readonly Problem[] {
  const variants = new Map(families.map((family) => [family, variantsOf(family, split)]));
  return Array.from({ length: count }, (_, index) => {
    const family = families[index % families.length]!;
    const choices = variants.get(family)!;
    const variant = choices[Math.floor(index / families.length) % choices.length]!;
    const number = String(index).padStart(3, '0');
    const problemId = `${task}/${split}/${number}-${family.name}`;
    const { prompt, tests, referenceSolution } = poseProblem(createRandom(problemId), family, variant);
    return { problemId, prompt, testSetupCode: '', tests, referenceSolution };
  });
}

/** Draws a name and three calls, and writes the MBPP-style prompt: description and first test in a module docstring. */
export function poseProblem(random: Random, family: Family, variant: Variant): PosedProblem {
  const entryName = random.pick(family.entryNames);
  const tests = drawCalls(random, family, variant).map(
    ({ inputs, expected }) =>
      `assert ${entryName}(${inputs.map(pythonLiteral).join(', ')}) == ${pythonLiteral(expected)}`,
  );
  const description = `${variant.opener} ${fill(variant.phrase, variant.parameters)}.`;
  const referenceSolution = definition(entryName, family.takes, fill(family.right[0]!, variant.parameters));
  return { family, variant, entryName, prompt: `"""\n${description}\n${tests[0]}\n"""`, tests, referenceSolution };
}

interface Call {
  readonly inputs: readonly Value[];
  readonly expected: Value;
}

/** Three calls, different, and not all with the same expected value: a constant function must not pass. */
function drawCalls(random: Random, family: Family, { parameters }: Variant): readonly Call[] {
  for (let attempt = 0; attempt < 200; attempt++) {
    const calls = Array.from({ length: TESTS_PER_PROBLEM }, () => {
      const inputs = family.inputs(random, parameters);
      return { inputs, expected: family.solve(parameters, inputs) };
    });
    const texts = (values: readonly unknown[]): number => new Set(values.map((value) => JSON.stringify(value))).size;
    const varied = texts(calls.map(({ expected }) => expected)) > 1;
    if (varied && texts(calls.map(({ inputs }) => inputs)) === TESTS_PER_PROBLEM) return calls;
  }
  throw new Error(
    `micro family ${family.name}: want three different calls with different results, got none in 200 draws`,
  );
}
