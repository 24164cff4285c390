import type { Condition } from '@leti/leti';
import { Condition as ProtoCondition } from '@leti/proto';
import { enumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

const table = enumTable<Condition, ProtoCondition>(
  { none: ProtoCondition.NONE, good: ProtoCondition.GOOD, bad: ProtoCondition.BAD },
  { prefix: 'CONDITION_', unspecified: 'none' },
);

/** Reads a condition; unspecified is `none`. Reports an unknown number at `at`. */
export function conditionFromProto(value: ProtoCondition, at: FieldPath): Condition {
  return table.fromProto(value, at);
}

export function conditionToProto(condition: Condition): ProtoCondition {
  return table.toProto(condition);
}
