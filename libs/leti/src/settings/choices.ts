/*
 * The closed sets of words that settings take. Each is an enum of training_run.proto by the same words; what a word does
 * stands at the setting that takes it.
 */

/** `faithful` repeats the published system, its quirks included; `fixed` repairs them. docs/modes.md lists every difference. */
export const MODES = ['faithful', 'fixed'] as const;
export type Mode = (typeof MODES)[number];

/** What a run minimises. */
export const OBJECTIVES = ['fcft', 'pretraining', 'supervised', 'self_distillation'] as const;
export type Objective = (typeof OBJECTIVES)[number];

export const SEED_SCHEDULES = ['constant', 'per_iteration'] as const;
export type SeedSchedule = (typeof SEED_SCHEDULES)[number];

export const CONDITIONS = ['none', 'good', 'bad'] as const;

export const SOLUTION_TOKENS = ['sampled', 'retokenized'] as const;
export type SolutionTokens = (typeof SOLUTION_TOKENS)[number];

export const END_OF_TEXT = ['sampled', 'never'] as const;
export type EndOfText = (typeof END_OF_TEXT)[number];

export const SEQUENCE_ORDERS = ['shuffled', 'shuffled_once', 'by_problem'] as const;
export type SequenceOrder = (typeof SEQUENCE_ORDERS)[number];

export const SUPERVISED_STARTS = ['none', 'end_of_text'] as const;
export type SupervisedStart = (typeof SUPERVISED_STARTS)[number];

export const LAYOUTS = ['padded', 'packed'] as const;
export type Layout = (typeof LAYOUTS)[number];

export const PRECISIONS = ['float32', 'bfloat16'] as const;
export type Precision = (typeof PRECISIONS)[number];

export const DEDUPLICATIONS = ['none', 'tokens'] as const;
export type Deduplication = (typeof DEDUPLICATIONS)[number];

export const BALANCES = ['none', 'weights', 'subsample'] as const;
export type Balance = (typeof BALANCES)[number];

export const STREAM_FORMS = ['documents', 'blocks'] as const;
export type StreamForm = (typeof STREAM_FORMS)[number];

export const SEPARATORS = ['end_of_text', 'none'] as const;
export type Separator = (typeof SEPARATORS)[number];

export const STREAM_ORDERS = ['shuffled', 'sequential'] as const;
export type StreamOrder = (typeof STREAM_ORDERS)[number];

export const STREAM_CURSORS = ['continue', 'restart_each_epoch'] as const;
export type StreamCursor = (typeof STREAM_CURSORS)[number];

export const SELECTIONS = ['last', 'best'] as const;
export type Selection = (typeof SELECTIONS)[number];
