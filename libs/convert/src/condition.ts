import type { Condition } from '@leti/leti';
import { Condition as ProtoCondition } from '@leti/proto';
import { enumTable, type EnumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

/** Unspecified is `none`. */
export const conditions: EnumTable<Condition, ProtoCondition> = enumTable<Condition, ProtoCondition>(
  { none: ProtoCondition.NONE, good: ProtoCondition.GOOD, bad: ProtoCondition.BAD },
  { prefix: 'CONDITION_', unspecified: 'none' },
);

/** Reads a condition; unspecified is `none`. Reports an unknown number at `at`. */
export function conditionFromProto(value: ProtoCondition, at: FieldPath): Condition {
  return conditions.fromProto(value, at);
}

export function conditionToProto(condition: Condition): ProtoCondition {
  return conditions.toProto(condition);
}
