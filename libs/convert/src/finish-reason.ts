import type { FinishReason } from '@leti/leti';
import { FinishReason as ProtoFinishReason } from '@leti/proto';
import { enumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

const table = enumTable<FinishReason, ProtoFinishReason>(
  { eos: ProtoFinishReason.EOS, stop: ProtoFinishReason.STOP, length: ProtoFinishReason.LENGTH },
  { prefix: 'FINISH_REASON_' },
);

/** Reads a finish reason; reports an unspecified or unknown one at `at`. */
export function finishReasonFromProto(value: ProtoFinishReason, at: FieldPath): FinishReason {
  return table.fromProto(value, at);
}

export function finishReasonToProto(reason: FinishReason): ProtoFinishReason {
  return table.toProto(reason);
}
