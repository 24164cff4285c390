import type { Outcome } from '@leti/leti';
import { Outcome as ProtoOutcome } from '@leti/proto';
import { enumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

const table = enumTable<Outcome, ProtoOutcome>(
  {
    passed: ProtoOutcome.PASSED,
    failed_assertion: ProtoOutcome.FAILED_ASSERTION,
    exception: ProtoOutcome.EXCEPTION,
    syntax_error: ProtoOutcome.SYNTAX_ERROR,
    cpu_timeout: ProtoOutcome.CPU_TIMEOUT,
    wall_timeout: ProtoOutcome.WALL_TIMEOUT,
    memory_exceeded: ProtoOutcome.MEMORY_EXCEEDED,
    output_exceeded: ProtoOutcome.OUTPUT_EXCEEDED,
    process_limit: ProtoOutcome.PROCESS_LIMIT,
    early_exit: ProtoOutcome.EARLY_EXIT,
    tampering: ProtoOutcome.TAMPERING,
  },
  { prefix: 'OUTCOME_' },
);

/** Reads an outcome; reports an unspecified or unknown one at `at`. */
export function outcomeFromProto(value: ProtoOutcome, at: FieldPath): Outcome {
  return table.fromProto(value, at);
}

export function outcomeToProto(outcome: Outcome): ProtoOutcome {
  return table.toProto(outcome);
}
