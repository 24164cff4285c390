import type {
  Balance,
  Deduplication,
  EndOfText,
  FeedbackChannel,
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
} from '@leti/leti';
import * as proto from '@leti/proto';
import { type EnumTable, enumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

/*
 * The words that settings choose from, as enums. `_UNSPECIFIED` is no word: it leaves the choice to the defaults, which
 * depend on the mode.
 */

export const modes: EnumTable<Mode, proto.Mode> = enumTable(
  { faithful: proto.Mode.FAITHFUL, fixed: proto.Mode.FIXED },
  { prefix: 'MODE_' },
);
export const objectives: EnumTable<Objective, proto.Objective> = enumTable(
  {
    fcft: proto.Objective.FCFT,
    pretraining: proto.Objective.PRETRAINING,
    supervised: proto.Objective.SUPERVISED,
    self_distillation: proto.Objective.SELF_DISTILLATION,
  },
  { prefix: 'OBJECTIVE_' },
);
export const seedSchedules: EnumTable<SeedSchedule, proto.SeedSchedule> = enumTable(
  { constant: proto.SeedSchedule.CONSTANT, per_iteration: proto.SeedSchedule.PER_ITERATION },
  { prefix: 'SEED_SCHEDULE_' },
);
export const solutionTokens: EnumTable<SolutionTokens, proto.SolutionTokens> = enumTable(
  { sampled: proto.SolutionTokens.SAMPLED, retokenized: proto.SolutionTokens.RETOKENIZED },
  { prefix: 'SOLUTION_TOKENS_' },
);
export const endsOfText: EnumTable<EndOfText, proto.EndOfText> = enumTable(
  { sampled: proto.EndOfText.SAMPLED, never: proto.EndOfText.NEVER },
  { prefix: 'END_OF_TEXT_' },
);
export const sequenceOrders: EnumTable<SequenceOrder, proto.SequenceOrder> = enumTable(
  {
    shuffled: proto.SequenceOrder.SHUFFLED,
    shuffled_once: proto.SequenceOrder.SHUFFLED_ONCE,
    by_problem: proto.SequenceOrder.BY_PROBLEM,
  },
  { prefix: 'SEQUENCE_ORDER_' },
);
export const layouts: EnumTable<Layout, proto.BatchLayout> = enumTable(
  { padded: proto.BatchLayout.PADDED, packed: proto.BatchLayout.PACKED },
  { prefix: 'BATCH_LAYOUT_' },
);
export const precisions: EnumTable<Precision, proto.Precision> = enumTable(
  { float32: proto.Precision.FLOAT32, bfloat16: proto.Precision.BFLOAT16 },
  { prefix: 'PRECISION_' },
);
export const supervisedStarts: EnumTable<SupervisedStart, proto.SupervisedStart> = enumTable(
  { none: proto.SupervisedStart.NONE, end_of_text: proto.SupervisedStart.END_OF_TEXT },
  { prefix: 'SUPERVISED_START_' },
);
export const deduplications: EnumTable<Deduplication, proto.DatasetSettings_Deduplication> = enumTable(
  { none: proto.DatasetSettings_Deduplication.NONE, tokens: proto.DatasetSettings_Deduplication.TOKENS },
  { prefix: 'DEDUPLICATION_' },
);
export const balances: EnumTable<Balance, proto.DatasetSettings_Balance> = enumTable(
  {
    none: proto.DatasetSettings_Balance.NONE,
    weights: proto.DatasetSettings_Balance.WEIGHTS,
    subsample: proto.DatasetSettings_Balance.SUBSAMPLE,
  },
  { prefix: 'BALANCE_' },
);
export const streamForms: EnumTable<StreamForm, proto.PretrainingMix_Form> = enumTable(
  { documents: proto.PretrainingMix_Form.DOCUMENTS, blocks: proto.PretrainingMix_Form.BLOCKS },
  { prefix: 'FORM_' },
);
export const separators: EnumTable<Separator, proto.PretrainingMix_Separator> = enumTable(
  { end_of_text: proto.PretrainingMix_Separator.END_OF_TEXT, none: proto.PretrainingMix_Separator.NONE },
  { prefix: 'SEPARATOR_' },
);
export const streamOrders: EnumTable<StreamOrder, proto.PretrainingMix_Order> = enumTable(
  { shuffled: proto.PretrainingMix_Order.SHUFFLED, sequential: proto.PretrainingMix_Order.SEQUENTIAL },
  { prefix: 'ORDER_' },
);
export const streamCursors: EnumTable<StreamCursor, proto.PretrainingMix_Cursor> = enumTable(
  {
    continue: proto.PretrainingMix_Cursor.CONTINUE,
    restart_each_epoch: proto.PretrainingMix_Cursor.RESTART_EACH_EPOCH,
  },
  { prefix: 'CURSOR_' },
);
export const selections: EnumTable<Selection, proto.ValidationSettings_Selection> = enumTable(
  { last: proto.ValidationSettings_Selection.LAST, best: proto.ValidationSettings_Selection.BEST },
  { prefix: 'SELECTION_' },
);
export const feedbackChannels: EnumTable<FeedbackChannel, proto.FeedbackChannel> = enumTable(
  {
    traceback: proto.FeedbackChannel.TRACEBACK,
    exception: proto.FeedbackChannel.EXCEPTION,
    input: proto.FeedbackChannel.INPUT,
    expected_got: proto.FeedbackChannel.EXPECTED_GOT,
    static_analysis: proto.FeedbackChannel.STATIC_ANALYSIS,
  },
  { prefix: 'FEEDBACK_CHANNEL_' },
);

/** The word that a number stands for; undefined, which leaves it to the defaults, when it is unspecified. */
export function wordOrDefault<Word extends string>(
  table: EnumTable<Word, number>,
  value: number,
  at: FieldPath,
): Word | undefined {
  return value === 0 ? undefined : table.fromProto(value, at);
}
