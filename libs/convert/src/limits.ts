import type { Limits } from '@leti/leti';
import type { Limits as ProtoLimits } from '@leti/proto';
import { durationMsFromProto, durationMsToProto } from './duration.ts';
import type { FieldPath } from './field-path.ts';

/**
 * Reads bounds on a program. Unset and zero fields are left out: they mean the evaluator's defaults.
 * Reports negative values and times that are not whole milliseconds; whether a bound is above the evaluator's maximum is the evaluator's to say.
 */
export function limitsFromProto(limits: ProtoLimits | undefined, at: FieldPath): Partial<Limits> {
  if (limits === undefined) return {};
  const cpuTimeMs = wholeMsFromProto(limits.cpuTime, at.field('cpu_time'));
  const wallTimeMs = wholeMsFromProto(limits.wallTime, at.field('wall_time'));
  const memoryBytes = bytesFromProto(limits.memoryBytes, at.field('memory_bytes'));
  const outputBytes = bytesFromProto(limits.outputBytes, at.field('output_bytes'));
  at.field('processes').expect(limits.processes >= 0, 'must be 0 or more', limits.processes);
  return {
    ...(cpuTimeMs > 0 && { cpuTimeMs }),
    ...(wallTimeMs > 0 && { wallTimeMs }),
    ...(memoryBytes > 0 && { memoryBytes }),
    ...(outputBytes > 0 && { outputBytes }),
    ...(limits.processes > 0 && { processes: limits.processes }),
  };
}

export function limitsToProto(limits: Partial<Limits>): ProtoLimits {
  return {
    cpuTime: limits.cpuTimeMs === undefined ? undefined : durationMsToProto(limits.cpuTimeMs),
    wallTime: limits.wallTimeMs === undefined ? undefined : durationMsToProto(limits.wallTimeMs),
    memoryBytes: BigInt(limits.memoryBytes ?? 0),
    outputBytes: BigInt(limits.outputBytes ?? 0),
    processes: limits.processes ?? 0,
  };
}

function wholeMsFromProto(duration: ProtoLimits['cpuTime'], at: FieldPath): number {
  const ms = durationMsFromProto(duration, at);
  at.expect(Number.isInteger(ms), 'must be whole milliseconds', ms);
  return ms;
}

/** Reads a byte count into a number; reports one that is negative or beyond 2^53 − 1. */
export function bytesFromProto(bytes: bigint, at: FieldPath): number {
  const valid = bytes >= 0n && bytes <= BigInt(Number.MAX_SAFE_INTEGER);
  at.expect(valid, `must be in [0, ${Number.MAX_SAFE_INTEGER}]`, bytes);
  return valid ? Number(bytes) : 0;
}
