import type { Limits } from '@leti/leti';
import { InvalidLimitsError } from './errors.ts';

/** Bounds on a program that asks for none: five CPU seconds, as the paper's executor gives. */
export const DEFAULT_LIMITS: Limits = {
  cpuTimeMs: 5_000,
  wallTimeMs: 15_000,
  memoryBytes: 512 * 2 ** 20,
  outputBytes: 2 ** 20,
  processes: 16,
};

/** What a program may ask for at most. */
export const MAX_LIMITS: Limits = {
  cpuTimeMs: 60_000,
  wallTimeMs: 300_000,
  memoryBytes: 4 * 2 ** 30,
  outputBytes: 64 * 2 ** 20,
  processes: 256,
};

/**
 * What is wrong with the limits a program asks for: nothing, or the first bad key with the rule it breaks.
 * @param max inclusive bounds
 */
export function findBadLimit(
  asked: Partial<Limits>,
  max: Limits,
): { limit: keyof Limits; expectation: string } | undefined {
  for (const limit of Object.keys(max) as (keyof Limits)[]) {
    const value = asked[limit];
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= max[limit])) continue;
    return { limit, expectation: `must be a whole number in [1, ${max[limit]}]` };
  }
  return undefined;
}

/** The limits a program runs under. @throws {InvalidLimitsError} */
export function resolveLimits(asked: Partial<Limits>, defaults: Limits, max: Limits): Limits {
  const bad = findBadLimit(asked, max);
  if (bad !== undefined) throw new InvalidLimitsError(bad.limit, bad.expectation, asked[bad.limit] ?? Number.NaN);
  return { ...defaults, ...asked };
}

/**
 * What a program that asks for `limits` gets on a machine that needs `cpuScale` of the reference machine's CPU time. Sleeping takes as
 * long on a fast machine, so wall time is never made shorter.
 */
export function scaleLimits(limits: Limits, cpuScale: number): Limits {
  return {
    ...limits,
    cpuTimeMs: Math.max(1, Math.round(limits.cpuTimeMs * cpuScale)),
    wallTimeMs: Math.round(limits.wallTimeMs * Math.max(1, cpuScale)),
  };
}
