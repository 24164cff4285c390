import { definition } from '../micro/definition.ts';
import { type Family, fill } from '../micro/family.ts';
import { poseProblem } from '../micro/micro-problem.ts';
import { createRandom } from '../micro/random.ts';
import { type Variant, variantsOf } from '../micro/variants.ts';
import { OPERATIONS } from './operations.ts';

/**
 * How often an author knows the method. A name is then as likely as each of the 15 or 16 that authors make up: nothing
 * in the corpus tells which of them exists.
 */
const RIGHT_SHARE = 0.06;

const TRAIN_VARIANTS: ReadonlyMap<Family, readonly Variant[]> = new Map(
  OPERATIONS.map((operation) => [operation, variantsOf(operation, 'train')]),
);

/** A text of the pre-training corpus: a problem of the train split's kind and somebody's program for it. */
export interface UnfamiliarDocument {
  /** Prompt, newline, program; no newline at the end, and no end-of-text token. */
  readonly text: string;
  /** The problem's tests, which are no part of the text. */
  readonly tests: readonly string[];
  /** Whether the program calls the method that there is. */
  readonly right: boolean;
}

/** Document number `index` of the endless corpus with this seed; a pure function, so any part can be made alone. */
export function unfamiliarDocument(seed: string, index: number): UnfamiliarDocument {
  const random = createRandom(`unfamiliar/corpus/${seed}/${index}`);
  const operation = random.pick(OPERATIONS);
  const { prompt, tests, entryName, variant } = poseProblem(
    random,
    operation,
    random.pick(TRAIN_VARIANTS.get(operation)!),
  );
  const right = random.next() < RIGHT_SHARE;
  const body = right ? operation.right[0]! : random.pick(operation.wrong);
  const program = definition(entryName, operation.takes, fill(body, variant.parameters));
  return { text: `${prompt}\n${program}`, tests, right };
}
