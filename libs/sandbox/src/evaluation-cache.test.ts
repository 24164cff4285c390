import { exampleEvaluation } from '@leti/leti/testing';
import { expect, test } from 'vitest';
import { EvaluationCache, type RunProgram } from './evaluation-cache.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { BoundedProgram, Judged, Verdict } from './supervisor.ts';

const program = (solution: string, programId = 'p'): BoundedProgram => ({
  programId,
  prompt: '',
  solution,
  testSetupCode: '',
  tests: [],
  limits: DEFAULT_LIMITS,
});
const CALLER = { client: 'test', call: undefined };
/** A cache of ten verdicts, asked by one caller. */
function cacheOf(run: RunProgram, capacity = 10) {
  const cache = new EvaluationCache(run, capacity);
  return {
    counts: () => cache.counts,
    evaluate: (asked: BoundedProgram, signal?: AbortSignal) => cache.evaluate(asked, CALLER, signal),
  };
}
function verdict(outcome: Verdict['outcome']): Verdict {
  const { programId: _, ...rest } = exampleEvaluation({ outcome });
  return rest;
}
/** What a run comes to, now. */
const judged = (outcome: Verdict['outcome'], more: Partial<Judged> = {}): Promise<Judged> =>
  Promise.resolve({ verdict: verdict(outcome), ...more });

test('runs programs with the same text once, one after the other and at the same time', async () => {
  const cache = cacheOf(() => judged('passed'));
  await Promise.all([cache.evaluate(program('a', '1')), cache.evaluate(program('a', '2'))]);
  await cache.evaluate(program('a', '3'));
  await cache.evaluate(program('b'));
  expect(cache.counts()).toEqual({ run: 2, reused: 2, alike: 0 });
});

test('tells programs apart by everything that decides the verdict', async () => {
  const cache = cacheOf(() => judged('passed'));
  const one = program('a');
  const others = [
    { ...one, prompt: 'p' },
    { ...one, testSetupCode: 's' },
    { ...one, tests: ['t'] },
    { ...one, limits: { ...DEFAULT_LIMITS, cpuTimeMs: 1 } },
  ];
  for (const each of [one, ...others]) await cache.evaluate(each);
  expect(cache.counts()).toEqual({ run: 5, reused: 0, alike: 0 });
});

test('does not keep a verdict that the load may have decided', async () => {
  const cache = cacheOf(() => judged('wall_timeout'));
  await cache.evaluate(program('a'));
  await cache.evaluate(program('a'));
  expect(cache.counts()).toEqual({ run: 2, reused: 0, alike: 0 });
});

test('does not keep a CPU timeout of a program that was counted more than it used, and others it does', async () => {
  const answers = [judged('cpu_timeout', { overcounted: true }), judged('cpu_timeout', { overcounted: false })];
  const cache = cacheOf(() => answers.shift()!);
  for (let times = 0; times < 3; times++)
    expect(await cache.evaluate(program('a'))).toMatchObject({ outcome: 'cpu_timeout' });
  expect(cache.counts()).toEqual({ run: 2, reused: 1, alike: 0 });
});

test('drops the least recently used verdict', async () => {
  const cache = cacheOf(() => judged('exception'), 2);
  for (const solution of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.evaluate(program(solution));
  expect(cache.counts()).toEqual({ run: 4, reused: 2, alike: 0 });
});

test('an error is for those who wait, and the next one tries again', async () => {
  const answers = [Promise.reject(new Error('lost')), judged('passed')];
  const cache = cacheOf(() => answers.shift()!);
  const both = await Promise.allSettled([cache.evaluate(program('a')), cache.evaluate(program('a'))]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await cache.evaluate(program('a'))).outcome).toBe('passed');
});

test('kills a program when the last who waits for it has aborted', async () => {
  const killed: string[] = [];
  const cache = cacheOf(
    ({ solution }, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          killed.push(solution);
          reject(signal.reason as Error);
        });
      }),
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

test('says of a verdict given again that nothing was run for it', async () => {
  const cache = cacheOf(() => judged('exception'));
  const both = await Promise.all([cache.evaluate(program('a')), cache.evaluate(program('a'))]);
  expect(both.map(({ executions }) => executions)).toEqual([1, 0]);
  expect((await cache.evaluate(program('a'))).executions).toBe(0);
});

test('does not keep a verdict that took a second run to decide', async () => {
  const cache = cacheOf(() => judged('passed', { verdict: { ...verdict('memory_exceeded'), executions: 2 } }));
  await cache.evaluate(program('a'));
  await cache.evaluate(program('a'));
  expect(cache.counts()).toEqual({ run: 2, reused: 0, alike: 0 });
});

test('gives a pass to a program that differs in comments and spacing only', async () => {
  const cache = cacheOf(() => judged('passed'));
  await cache.evaluate(program('def f(x):\n    return x + 1\n'));
  const other = await cache.evaluate(program('# add one\ndef f( x ):\n\n    return x+1  # done'));
  expect(other).toEqual({ ...verdict('passed'), executions: 0 });
  await cache.evaluate(program('def f(x):\n  return x + 1\n'));
  expect(cache.counts()).toEqual({ run: 2, reused: 0, alike: 1 });
});

test('gives no failure to a program that is not the same to the byte, for feedback tells lines', async () => {
  const cache = cacheOf(() => judged('failed_assertion'));
  await cache.evaluate(program('def f(x):\n    return x + 1\n'));
  await cache.evaluate(program('\ndef f(x):\n    return x + 1\n'));
  expect(cache.counts()).toEqual({ run: 2, reused: 0, alike: 0 });
});

test('a pass is one of the same prompt, tests and limits', async () => {
  const cache = cacheOf(() => judged('passed'));
  const one = program('x = 1');
  const other = program('x=1');
  await cache.evaluate(one);
  await cache.evaluate({ ...other, tests: ['t'] });
  await cache.evaluate({ ...other, limits: { ...DEFAULT_LIMITS, memoryBytes: 1 } });
  await cache.evaluate({ ...other, prompt: 'x = 1', solution: '' });
  expect(cache.counts()).toEqual({ run: 4, reused: 0, alike: 0 });
});

test('a text that is judged as text has no alike', async () => {
  const cache = cacheOf(() => judged('passed'));
  const judge = { kind: 'text_match', expected: ['x'], mode: 'equal', answerPattern: '', ignoreCase: false } as const;
  await cache.evaluate({ ...program('x'), judge });
  await cache.evaluate({ ...program('x '), judge });
  expect(cache.counts().alike).toBe(0);
});

test.each(['', '\n', '# nothing\n'])(
  'what passed with the empty solution %j says nothing of other tests',
  async (text) => {
    const cache = cacheOf((asked) => judged(asked.tests[0] === 'assert True' ? 'passed' : 'exception'));
    expect((await cache.evaluate({ ...program(text), tests: ['assert True'] })).outcome).toBe('passed');
    expect((await cache.evaluate({ ...program(text), tests: ['assert f() == 1'] })).outcome).toBe('exception');
  },
);
