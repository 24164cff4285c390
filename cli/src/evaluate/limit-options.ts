import { FieldPath, limitsFromProto } from '@leti/convert';
import type { Limits } from '@leti/leti';
import type { EvaluatorInfo } from '@leti/proto';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';

/** Limits as flags say them. */
export interface LimitOptions {
  readonly cpuSeconds?: number;
  readonly cpuTimeMs?: number;
  readonly wallTimeMs?: number;
  readonly memoryBytes?: number;
}

/** So many times its processor time may a program take by the clock, when only that is said. */
const WALL_PER_CPU = 3;

/**
 * The limits of programs. Who raises the CPU limit alone gets a wall limit of three times that, within what the evaluator
 * allows.
 * @throws {CliError} naming the flag that asks for more than the evaluator gives
 */
export function limitsOf(options: LimitOptions, info: EvaluatorInfo): Partial<Limits> {
  const { most, defaults } = FieldPath.validated((at) => ({
    most: limitsFromProto(info.maxLimits, at.field('max_limits')),
    defaults: limitsFromProto(info.defaultLimits, at.field('default_limits')),
  }));
  const { cpuSeconds, wallTimeMs, memoryBytes } = options;
  const cpuTimeMs = cpuSeconds === undefined ? options.cpuTimeMs : Math.ceil(cpuSeconds * 1000);
  const atMost = (flag: string, value: number | undefined, bound: number | undefined, unit = 1): void => {
    if (value === undefined || bound === undefined || value <= bound) return;
    throw new CliError(EXIT.badInput, `${flag}: expected at most ${bound / unit}, got ${value / unit}`);
  };
  if (cpuSeconds !== undefined) atMost('--cpu-seconds', cpuTimeMs, most.cpuTimeMs, 1000);
  else atMost('--cpu-time-ms', cpuTimeMs, most.cpuTimeMs);
  atMost('--wall-time-ms', wallTimeMs, most.wallTimeMs);
  atMost('--memory-bytes', memoryBytes, most.memoryBytes);
  const wall = wallTimeMs ?? wallFor(cpuTimeMs, defaults.wallTimeMs, most.wallTimeMs);
  return {
    ...(cpuTimeMs !== undefined && { cpuTimeMs }),
    ...(wall !== undefined && { wallTimeMs: wall }),
    ...(memoryBytes !== undefined && { memoryBytes }),
  };
}

/** The wall limit that goes with a CPU limit: never under the evaluator's default, never above its maximum. */
function wallFor(cpuTimeMs: number | undefined, usual = 0, most = Infinity): number | undefined {
  return cpuTimeMs === undefined ? undefined : Math.min(most, Math.max(usual, WALL_PER_CPU * cpuTimeMs));
}

/** The limits that applied: what was asked for, and for the rest the evaluator's defaults. */
export function limitsInForce(asked: Partial<Limits>, info: EvaluatorInfo): Partial<Limits> {
  const defaults = FieldPath.validated((at) => limitsFromProto(info.defaultLimits, at.field('default_limits')));
  return { ...defaults, ...asked };
}
