import { setTimeout as sleep } from 'node:timers/promises';
import { createRemoteJudge } from '@leti/clients';
import type { Outcome, Problem, Solution } from '@leti/leti';
import { EvaluatorServiceClient } from '@leti/proto';
import { createClient } from '@leti/rpc';
import { freePort } from '@leti/testing';
import { afterEach, expect, test } from 'vitest';
import { serviceMain, startLeti, written, type RunningLeti } from './testing/leti.ts';
import { startRelay } from './testing/relay.ts';

/*
 * What happens between an evaluator and who uses it: every solution ends with its one evaluation, and none is wrong.
 */

const SOLUTIONS = 60;
const LIMITS = { cpuTimeMs: 200, wallTimeMs: 500 };
const KINDS: readonly (readonly [string, Outcome])[] = [
  ['def f(n):\n    return n + 1\n', 'passed'],
  ['def f(n):\n    return n\n', 'failed_assertion'],
  ['import time\ntime.sleep(0.1)\ndef f(n):\n    return n + 1\n', 'passed'],
  ['def f(n):\n    return [][n]\n', 'exception'],
  ['def f(n):\n    while True:\n        pass\n', 'cpu_timeout'],
  ['import time\ntime.sleep(100)\n', 'wall_timeout'],
];
const problem: Problem = { problemId: 'p', prompt: '', testSetupCode: '', tests: ['assert f(1) == 2'] };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function startEvaluator(port: number): Promise<RunningLeti> {
  const args = ['--address', `127.0.0.1:${port}`, '--slots', '2', '--kept-verdicts', '0'];
  const running = startLeti(args, { program: serviceMain('evaluator') });
  closers.push(() => {
    running.child.kill('SIGTERM');
    return running.done;
  });
  await written(running, '"event":"listening"');
  return running;
}

/** Judges solutions of all kinds over `port`; `disturb` is started when the first of them are under way. */
async function judgeWhile(port: number, disturb: () => Promise<void>): Promise<[string[], string[]]> {
  const client = createClient(EvaluatorServiceClient, `127.0.0.1:${port}`);
  closers.push(() => client.close());
  const judge = createRemoteJudge({ client, limits: LIMITS, backoff: { firstMs: 50, mostMs: 500 } });
  const expected = Array.from({ length: SOLUTIONS }, (_, i) => KINDS[i % KINDS.length]!);
  const solutions = expected.map(([text], sampleIndex): Solution => ({
    problemId: 'p',
    sampleIndex,
    text: `${text}number = ${sampleIndex}\n`,
    tokenIds: [],
    logprobs: [],
    finishReason: 'eos',
    weightsDigest: '',
    seed: 0n,
    condition: 'none',
    engine: 'local',
  }));
  const judging = judge.judge(problem, solutions, new AbortController().signal);
  const [evaluations] = await Promise.all([judging, disturb()]);
  return [
    evaluations.map(({ programId, outcome }) => `${programId} ${outcome}`),
    expected.map(([, outcome], i) => `p/${i} ${outcome}`),
  ];
}

test('a stream that is cut again and again', { timeout: 120_000 }, async (context) => {
  const port = await freePort();
  if (!(await started(port))) return context.skip('programs cannot be isolated here');
  const relay = await startRelay(port);
  closers.push(() => relay.close());
  let cut = 0;
  const [seen, expected] = await judgeWhile(relay.port, async () => {
    for (const ms of [300, 700, 1_100]) {
      await sleep(ms);
      cut += relay.cut();
    }
  });
  expect(seen).toEqual(expected);
  expect(cut).toBeGreaterThan(0);
});

test('an evaluator that is killed and started again', { timeout: 120_000 }, async (context) => {
  const port = await freePort();
  const first = await started(port);
  if (!first) return context.skip('programs cannot be isolated here');
  const [seen, expected] = await judgeWhile(port, async () => {
    await sleep(1_000);
    first.child.kill('SIGKILL');
    await first.done;
    await startEvaluator(port);
  });
  expect(seen).toEqual(expected);
});

async function started(port: number): Promise<RunningLeti | undefined> {
  try {
    return await startEvaluator(port);
  } catch (error) {
    if (!String(error).includes('NoIsolationError')) throw error;
    process.stderr.write(`SKIPPED test/e2e/evaluator-faults: ${String(error)}\n`);
    return undefined;
  }
}
