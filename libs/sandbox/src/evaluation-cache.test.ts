import { expect, test } from 'vitest';
import { EvaluationCache } from './evaluation-cache.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { BoundedProgram, Verdict } from './supervisor.ts';

const program = (solution: string, programId = 'p'): BoundedProgram => ({
  programId,
  prompt: '',
  solution,
  testSetupCode: '',
  tests: [],
  limits: DEFAULT_LIMITS,
});
const verdict = (outcome: Verdict['outcome']): Verdict => ({
  outcome,
  feedback: '',
  exceptionType: '',
  failedTestIndex: undefined,
  cpuTimeMs: 1,
  wallTimeMs: 1,
  peakMemoryBytes: 1,
  outputBytes: 0,
  exitSignal: 0,
  executions: 1,
});

test('runs programs with the same text once, one after the other and at the same time', async () => {
  const cache = new EvaluationCache(() => Promise.resolve(verdict('passed')), 10);
  await Promise.all([cache.evaluate(program('a', '1')), cache.evaluate(program('a', '2'))]);
  await cache.evaluate(program('a', '3'));
  await cache.evaluate(program('b'));
  expect(cache.counts).toEqual({ run: 2, reused: 2 });
});

test('tells programs apart by everything that decides the verdict', async () => {
  const cache = new EvaluationCache(() => Promise.resolve(verdict('passed')), 10);
  const one = program('a');
  const others = [
    { ...one, prompt: 'p' },
    { ...one, testSetupCode: 's' },
    { ...one, tests: ['t'] },
    { ...one, limits: { ...DEFAULT_LIMITS, cpuTimeMs: 1 } },
  ];
  for (const each of [one, ...others]) await cache.evaluate(each);
  expect(cache.counts).toEqual({ run: 5, reused: 0 });
});

test('does not keep a verdict that the load may have decided', async () => {
  const cache = new EvaluationCache(() => Promise.resolve(verdict('wall_timeout')), 10);
  await cache.evaluate(program('a'));
  await cache.evaluate(program('a'));
  expect(cache.counts).toEqual({ run: 2, reused: 0 });
});

test('drops the least recently used verdict', async () => {
  const cache = new EvaluationCache(() => Promise.resolve(verdict('passed')), 2);
  for (const solution of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.evaluate(program(solution));
  expect(cache.counts).toEqual({ run: 4, reused: 2 });
});

test('an error is for those who wait, and the next one tries again', async () => {
  const answers = [Promise.reject(new Error('lost')), Promise.resolve(verdict('passed'))];
  const cache = new EvaluationCache(() => answers.shift()!, 10);
  const both = await Promise.allSettled([cache.evaluate(program('a')), cache.evaluate(program('a'))]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await cache.evaluate(program('a'))).outcome).toBe('passed');
});

test('kills a program when the last who waits for it has aborted', async () => {
  const killed: string[] = [];
  const cache = new EvaluationCache(
    ({ solution }, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          killed.push(solution);
          reject(signal.reason as Error);
        });
      }),
    10,
  );
  const [first, second] = [new AbortController(), new AbortController()];
  const running = [cache.evaluate(program('a'), first.signal), cache.evaluate(program('a'), second.signal)];
  first.abort(new Error('first left'));
  await expect(running[0]).rejects.toThrow('first left');
  expect(killed).toEqual([]);
  second.abort(new Error('second left'));
  await expect(running[1]).rejects.toThrow('second left');
  expect(killed).toEqual(['a']);
});
