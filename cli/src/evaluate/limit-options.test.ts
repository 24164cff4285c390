import { limitsToProto } from '@leti/convert';
import { EvaluatorInfo } from '@leti/proto';
import { expect, test } from 'vitest';
import { limitsInForce, limitsOf } from './limit-options.ts';

const INFO = EvaluatorInfo.fromPartial({
  defaultLimits: limitsToProto({ cpuTimeMs: 5_000, wallTimeMs: 15_000 }),
  maxLimits: limitsToProto({ cpuTimeMs: 60_000, wallTimeMs: 150_000, memoryBytes: 2 ** 30 }),
});

test.each([
  [{}, {}],
  [{ cpuSeconds: 0.5 }, { cpuTimeMs: 500, wallTimeMs: 15_000 }],
  [{ cpuSeconds: 10 }, { cpuTimeMs: 10_000, wallTimeMs: 30_000 }],
  [{ cpuSeconds: 60 }, { cpuTimeMs: 60_000, wallTimeMs: 150_000 }],
  [{ cpuTimeMs: 7_000 }, { cpuTimeMs: 7_000, wallTimeMs: 21_000 }],
  [
    { cpuSeconds: 10, wallTimeMs: 100 },
    { cpuTimeMs: 10_000, wallTimeMs: 100 },
  ],
  [
    { wallTimeMs: 100, memoryBytes: 5 },
    { wallTimeMs: 100, memoryBytes: 5 },
  ],
])('%j asks for the limits %j', (options, limits) => {
  expect(limitsOf(options, INFO)).toEqual(limits);
});

test.each([
  [{ cpuSeconds: 60.5 }, '--cpu-seconds: expected at most 60, got 60.5'],
  [{ cpuTimeMs: 60_001 }, '--cpu-time-ms: expected at most 60000, got 60001'],
  [{ wallTimeMs: 150_001 }, '--wall-time-ms: expected at most 150000, got 150001'],
  [{ memoryBytes: 2 ** 30 + 1 }, '--memory-bytes: expected at most 1073741824, got 1073741825'],
])('%j is more than the evaluator gives', (options, message) => {
  expect(() => limitsOf(options, INFO)).toThrow(message);
});

test('what was not asked for has the defaults of the evaluator', () => {
  expect(limitsInForce({ cpuTimeMs: 10_000 }, INFO)).toEqual({ cpuTimeMs: 10_000, wallTimeMs: 15_000 });
});
