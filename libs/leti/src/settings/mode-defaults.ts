import type { Condition } from '../solution.ts';
import type {
  EndOfText,
  Layout,
  Mode,
  Objective,
  Precision,
  SeedSchedule,
  Selection,
  Separator,
  SequenceOrder,
  SolutionTokens,
  StreamCursor,
  StreamForm,
  StreamOrder,
  SupervisedStart,
} from './choices.ts';

/** What a mode puts where the settings say nothing. {@link MODE_SWITCHES} gives the reason for each. */
export interface ModeDefaults {
  readonly totalTokens: number;
  readonly seedSchedule: SeedSchedule;
  readonly problems: { readonly rawGold: boolean };
  readonly sampling: { readonly cleanUpSpaces: boolean };
  readonly fineTuning: {
    readonly batchSize: number;
    readonly gradientClip: number;
    readonly maxSequenceTokens: number;
    readonly solutionTokens: SolutionTokens;
    readonly endOfText: EndOfText;
    readonly firstTokenLoss: boolean;
    readonly order: SequenceOrder;
    readonly supervisedStart: SupervisedStart;
    readonly layout: Layout;
    readonly weightPrecision: Precision;
    readonly products: Precision;
  };
  readonly pretrainingMix: {
    readonly batchSize: number;
    readonly form: StreamForm;
    readonly separator: Separator;
    readonly order: StreamOrder;
    readonly cursor: StreamCursor;
    readonly heldOutShare: number;
  };
  readonly validation: {
    readonly split: string;
    readonly samplesPerProblem: number;
    readonly conditions: readonly Condition[];
    readonly select: Selection;
  };
}

const FAITHFUL: ModeDefaults = {
  totalTokens: 512,
  seedSchedule: 'constant',
  problems: { rawGold: true },
  sampling: { cleanUpSpaces: true },
  fineTuning: {
    batchSize: 128,
    gradientClip: 0,
    maxSequenceTokens: 2048,
    solutionTokens: 'retokenized',
    endOfText: 'never',
    firstTokenLoss: true,
    order: 'by_problem',
    supervisedStart: 'end_of_text',
    layout: 'padded',
    weightPrecision: 'bfloat16',
    products: 'bfloat16',
  },
  pretrainingMix: {
    batchSize: 128,
    form: 'blocks',
    separator: 'none',
    order: 'sequential',
    cursor: 'restart_each_epoch',
    heldOutShare: 0.1,
  },
  validation: { split: 'test', samplesPerProblem: 16, conditions: ['good'], select: 'best' },
};

const FIXED: ModeDefaults = {
  totalTokens: 0,
  seedSchedule: 'per_iteration',
  problems: { rawGold: false },
  sampling: { cleanUpSpaces: false },
  fineTuning: {
    batchSize: 32,
    gradientClip: 1,
    maxSequenceTokens: 1024,
    solutionTokens: 'sampled',
    endOfText: 'sampled',
    firstTokenLoss: false,
    order: 'shuffled',
    supervisedStart: 'none',
    layout: 'packed',
    weightPrecision: 'float32',
    products: 'float32',
  },
  pretrainingMix: {
    batchSize: 32,
    form: 'documents',
    separator: 'end_of_text',
    order: 'shuffled',
    cursor: 'continue',
    heldOutShare: 0,
  },
  validation: { split: '', samplesPerProblem: 10, conditions: ['good'], select: 'last' },
};

/** What else decides a default. */
export interface DefaultsContext {
  readonly objective: Objective;
  /** Whether the problems stand in the settings: they have no other split. */
  readonly inline: boolean;
}

/**
 * The defaults of a mode. The published supervised baseline shuffles once where its FCFT does not shuffle at all, and a
 * model that saw no reward token is scored without one.
 */
export function modeDefaults(mode: Mode, { objective, inline }: DefaultsContext): ModeDefaults {
  const defaults = mode === 'faithful' ? FAITHFUL : FIXED;
  const { fineTuning, validation } = defaults;
  const rewarded = objective === 'fcft' || objective === 'self_distillation';
  return {
    ...defaults,
    fineTuning:
      objective === 'supervised' && mode === 'faithful' ? { ...fineTuning, order: 'shuffled_once' } : fineTuning,
    validation: {
      ...validation,
      ...(inline && { split: '', select: 'last' }),
      ...(!rewarded && { conditions: ['none'] }),
    },
  };
}
