import type { EvaluatorInfo } from '@leti/proto';
import type { FieldPath } from './field-path.ts';

/** `google.protobuf.Duration` as generated: whole seconds and nanoseconds of the same sign. */
export type ProtoDuration = NonNullable<NonNullable<EvaluatorInfo['defaultLimits']>['cpuTime']>;

const NANOS_PER_MS = 1_000_000;
const MAX_NANOS = 999_999_999;
// The Duration type's own bound, about 10,000 years.
const MAX_SECONDS = 315_576_000_000n;

/**
 * Reads a duration that may not be negative.
 * @returns milliseconds, with a fraction where the duration has microseconds or nanoseconds; 0 when unset
 */
export function durationMsFromProto(duration: ProtoDuration | undefined, at: FieldPath): number {
  if (duration === undefined) return 0;
  const { seconds, nanos } = duration;
  const valid = seconds >= 0n && seconds <= MAX_SECONDS && nanos >= 0 && nanos <= MAX_NANOS;
  at.expect(valid, 'must be 0 seconds or more', Number(seconds) + nanos / 1e9);
  return valid ? Number(seconds) * 1000 + nanos / NANOS_PER_MS : 0;
}

/**
 * @param ms milliseconds, 0 or more; fractions are kept to the nanosecond
 * @throws {RangeError} if `ms` is negative or not finite
 */
export function durationMsToProto(ms: number): ProtoDuration {
  if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`durationMsToProto: ms must be finite and >= 0, got ${ms}`);
  const wholeSeconds = Math.floor(ms / 1000);
  const nanos = Math.round((ms - wholeSeconds * 1000) * NANOS_PER_MS);
  return nanos > MAX_NANOS ? { seconds: BigInt(wholeSeconds + 1), nanos: 0 } : { seconds: BigInt(wholeSeconds), nanos };
}
