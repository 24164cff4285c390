import * as leti from '@leti/leti';
import * as proto from '@leti/proto';
import { expect, test } from 'vitest';
import type { EnumTable } from './enum-table.ts';
import { FieldPath } from './field-path.ts';
import * as tables from './setting-enums.ts';

const cases: [string, readonly string[], EnumTable<string, number>, Readonly<Record<string, number>>][] = [
  ['modes', leti.MODES, tables.modes, proto.Mode],
  ['objectives', leti.OBJECTIVES, tables.objectives, proto.Objective],
  ['seed schedules', leti.SEED_SCHEDULES, tables.seedSchedules, proto.SeedSchedule],
  ['solution tokens', leti.SOLUTION_TOKENS, tables.solutionTokens, proto.SolutionTokens],
  ['ends of text', leti.END_OF_TEXT, tables.endsOfText, proto.EndOfText],
  ['sequence orders', leti.SEQUENCE_ORDERS, tables.sequenceOrders, proto.SequenceOrder],
  ['layouts', leti.LAYOUTS, tables.layouts, proto.BatchLayout],
  ['precisions', leti.PRECISIONS, tables.precisions, proto.Precision],
  ['supervised starts', leti.SUPERVISED_STARTS, tables.supervisedStarts, proto.SupervisedStart],
  ['deduplications', leti.DEDUPLICATIONS, tables.deduplications, proto.DatasetSettings_Deduplication],
  ['balances', leti.BALANCES, tables.balances, proto.DatasetSettings_Balance],
  ['stream forms', leti.STREAM_FORMS, tables.streamForms, proto.PretrainingMix_Form],
  ['separators', leti.SEPARATORS, tables.separators, proto.PretrainingMix_Separator],
  ['stream orders', leti.STREAM_ORDERS, tables.streamOrders, proto.PretrainingMix_Order],
  ['stream cursors', leti.STREAM_CURSORS, tables.streamCursors, proto.PretrainingMix_Cursor],
  ['selections', leti.SELECTIONS, tables.selections, proto.ValidationSettings_Selection],
  ['feedback channels', leti.FEEDBACK_CHANNELS, tables.feedbackChannels, proto.FeedbackChannel],
];

test.each(cases)('%s have a number each, and leave none over', (_, words, table, numbers) => {
  const ascending = (a: number, b: number): number => a - b;
  const known = Object.values(numbers).filter((number) => number > 0);
  expect(words.map((word) => table.toProto(word)).toSorted(ascending)).toEqual(known.toSorted(ascending));
  const read = (number: number) => FieldPath.validated((at) => tables.wordOrDefault(table, number, at));
  expect(words.map((word) => read(table.toProto(word)))).toEqual(words);
  expect(read(0)).toBeUndefined();
  expect(() => read(99)).toThrow('must be one of');
});
