import { definition } from './definition.ts';
import { FAMILIES } from './families/families.ts';
import { type Family, fill, type Habit } from './family.ts';
import { poseProblem } from './micro-problem.ts';
import { createRandom, type Random } from './random.ts';
import { applySlip, type Slip, SLIPS } from './slips.ts';
import { type Variant, variantsOf } from './variants.ts';

type Quality = 'right' | 'main-mistake' | 'other-mistake' | 'habitual-slip' | 'other-slip';
type Mixture = readonly (readonly [Quality, number])[];

/** How often each kind of program is written, by the family's habit. Rows sum to 1. */
const MIXTURES: Readonly<Record<'sound' | 'misconception' | 'slip', Mixture>> = {
  sound: [['right', 0.58], ['main-mistake', 0.16], ['other-mistake', 0.14], ['other-slip', 0.12]],
  misconception: [['right', 0.28], ['main-mistake', 0.46], ['other-mistake', 0.16], ['other-slip', 0.1]],
  slip: [['right', 0.28], ['main-mistake', 0.06], ['other-mistake', 0.04], ['habitual-slip', 0.58], ['other-slip', 0.04]],
}; // prettier-ignore

/**
 * Literal prefixes that some authors put before their docstring, and how often those authors are right: what `r` and
 * `u` give away in real files too. A model that reads them has a notion of care which a reward token can take hold of.
 */
const PREFIXES: readonly { readonly prefixes: readonly string[]; readonly share: number; readonly right?: number }[] = [
  { prefixes: [''], share: 0.5 },
  { prefixes: ['r', 'R'], share: 0.25, right: 0.97 },
  { prefixes: ['u', 'U'], share: 0.25, right: 0.03 },
];

/** A text of the pre-training corpus: a problem of the train split's kind and somebody's program for it. */
export interface CorpusDocument {
  /** Prompt, newline, program; no newline at the end, and no end-of-text token. */
  readonly text: string;
  /** The problem's tests, which are no part of the text. */
  readonly tests: readonly string[];
  readonly family: Family;
  readonly quality: Quality;
}

const TRAIN_VARIANTS: ReadonlyMap<Family, readonly Variant[]> = new Map(
  FAMILIES.map((family) => [family, variantsOf(family, 'train')]),
);

/** Document number `index` of the endless corpus with this seed; a pure function, so any part can be made alone. */
export function corpusDocument(seed: string, index: number): CorpusDocument {
  const random = createRandom(`corpus/${seed}/${index}`);
  const family = random.pick(FAMILIES);
  const posed = poseProblem(random, family, random.pick(TRAIN_VARIANTS.get(family)!));
  const { prefixes, right } = random.pickWeighted(PREFIXES.map((row) => [row, row.share] as const));
  const { quality, program } = drawProgram(random, family, right, (body) =>
    definition(posed.entryName, family.takes, fill(body, posed.variant.parameters)),
  );
  return { text: `${random.pick(prefixes)}${posed.prompt}\n${program}`, tests: posed.tests, family, quality };
}

function drawProgram(
  random: Random,
  family: Family,
  right: number | undefined,
  define: (body: string) => string,
): { quality: Quality; program: string } {
  const quality = random.pickWeighted(withRight(MIXTURES[mixtureOf(family.habit)], right));
  if (quality === 'main-mistake') return { quality, program: define(family.wrong[0]!) };
  if (quality === 'other-mistake') return { quality, program: define(random.pick(family.wrong.slice(1))) };
  const body = random.pick(family.right);
  if (quality === 'right') return { quality, program: define(body) };
  const habitual = quality === 'habitual-slip';
  const slips = habitual ? [family.habit as Slip] : SLIPS.filter((slip) => slip !== family.habit);
  const broken = slips.flatMap((slip) => applySlip(slip, define(body)) ?? []);
  return { quality, program: random.pick(broken) };
}

function mixtureOf(habit: Habit): keyof typeof MIXTURES {
  return habit === 'sound' || habit === 'misconception' ? habit : 'slip';
}

/** The mixture with the share of right programs set and the others scaled to fill the rest. */
function withRight(mixture: Mixture, right: number | undefined): Mixture {
  if (right === undefined) return mixture;
  const wrong = mixture.reduce((sum, [quality, weight]) => sum + (quality === 'right' ? 0 : weight), 0);
  return mixture.map(([quality, weight]) => [quality, quality === 'right' ? right : (weight / wrong) * (1 - right)]);
}
