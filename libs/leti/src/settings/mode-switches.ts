import type { DefaultsContext, ModeDefaults } from './mode-defaults.ts';
import { modeDefaults } from './mode-defaults.ts';

/** A setting whose default the mode decides. */
export interface ModeSwitch {
  /** The quirk of the published system that it is about: a row of docs/modes.md. */
  readonly id: `Q${number}`;
  /** Keys from the top of the settings, joined by dots. */
  readonly setting: string;
  readonly faithful: unknown;
  readonly fixed: unknown;
  /** Why `fixed` differs. */
  readonly why: string;
}

const FCFT: DefaultsContext = { objective: 'fcft', inline: false };
const SUPERVISED: DefaultsContext = { objective: 'supervised', inline: false };

function modeSwitch(id: `Q${number}`, setting: string, why: string, context = FCFT): ModeSwitch {
  return {
    id,
    setting,
    faithful: at(modeDefaults('faithful', context), setting),
    fixed: at(modeDefaults('fixed', context), setting),
    why,
  };
}

/**
 * Every setting whose default differs between the modes, with its reason; a value in the settings stands above both.
 * docs/modes.md is printed from it.
 */
export const MODE_SWITCHES: readonly ModeSwitch[] = [
  modeSwitch('Q3', 'totalTokens', 'a solution has the same room whatever the length of its prompt'),
  modeSwitch('Q15', 'fineTuning.order', 'supervised: no two epochs make the same batches', SUPERVISED),
  modeSwitch('Q15', 'fineTuning.supervisedStart', 'prompts at test begin with nothing either'),
  modeSwitch('Q15', 'problems.rawGold', 'CRLF is how the file was saved, not how programs are written'),
  modeSwitch('Q16', 'fineTuning.endOfText', 'the model is taught to stop where it had stopped'),
  modeSwitch('Q22', 'fineTuning.solutionTokens', 'what is trained on is what was sampled, token by token'),
  modeSwitch('Q23', 'fineTuning.maxSequenceTokens', 'few sequences are longer, and they cost most'),
  modeSwitch('Q25', 'fineTuning.layout', 'the same numbers up to rounding from fewer places computed in vain'),
  modeSwitch('Q27', 'fineTuning.firstTokenLoss', 'nothing before it could tell good from bad'),
  modeSwitch('Q34', 'fineTuning.order', 'a batch of one problem pulls the weights towards that problem'),
  modeSwitch('Q44', 'fineTuning.gradientClip', 'one odd batch cannot throw a run'),
  modeSwitch('Q47', 'fineTuning.batchSize', 'more updates from as many samples'),
  modeSwitch('Q47', 'pretrainingMix.batchSize', 'as many sequences as an FCFT step has'),
  modeSwitch('Q48', 'fineTuning.products', 'full precision where it costs nothing; a choice where it does'),
  modeSwitch('Q49', 'fineTuning.weightPrecision', 'rounding to bfloat16 swallows most of a step at 1e-5'),
  modeSwitch('Q53', 'pretrainingMix.heldOutShare', 'a small corpus is wanted whole'),
  modeSwitch('Q54', 'pretrainingMix.separator', 'files do not run into each other, and their end is learnt'),
  modeSwitch('Q55', 'pretrainingMix.form', 'no file is cut at a place that another one decides, none is dropped'),
  modeSwitch('Q58', 'pretrainingMix.cursor', 'every document is seen before any is seen twice'),
  modeSwitch('Q59', 'pretrainingMix.order', 'neighbours in the corpus are alike, neighbours in a batch should not be'),
  modeSwitch('Q61', 'validation.samplesPerProblem', 'enough for a choice between iterations'),
  modeSwitch('Q65', 'seedSchedule', 'one noise for all iterations makes their samples depend on each other'),
  modeSwitch('Q68', 'sampling.cleanUpSpaces', 'the rule is for English; it changes programs before they are run'),
  modeSwitch('Q70', 'validation.split', 'scores on the test split cannot choose; validation is asked for by name'),
  modeSwitch('Q70', 'validation.select', 'the last checkpoint, unless a validation split is there to choose by'),
];

function at(defaults: ModeDefaults, setting: string): unknown {
  return setting.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], defaults);
}
