import '@leti/testing';
import {
  type EvaluateProgramsRequest,
  EvaluatorServiceClient,
  type FeedbackStyle,
  Outcome,
  Program,
} from '@leti/proto';
import { createClient, createLogger } from '@leti/rpc';
import { NoIsolationError } from '@leti/sandbox';
import { afterAll, describe, expect, test } from 'vitest';
import { EvaluatorConfig, startEvaluator, type RunningEvaluator } from './index.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const start = (more: object): Promise<RunningEvaluator> =>
  startEvaluator(EvaluatorConfig.parse({ address: '127.0.0.1:0', slots: 2, ...more }), {
    logger,
    handleSignals: false,
  });

const evaluator = await startOrSkip();
const client = evaluator && createClient(EvaluatorServiceClient, `127.0.0.1:${evaluator.port}`);
afterAll(async () => {
  client?.close();
  await evaluator?.close();
});

async function startOrSkip(): Promise<RunningEvaluator | undefined> {
  try {
    return await start({});
  } catch (error) {
    if (!(error instanceof NoIsolationError)) throw error;
    process.stderr.write(`SKIPPED services/evaluator: ${error.message}\n`);
    return undefined;
  }
}

const ADD = 'def add(a, b):\n    return a + b\n';
const program = (more: Partial<Program>): Program =>
  Program.create({ programId: 'p', solution: ADD, tests: ['assert add(1, 2) == 3'], ...more });
const sleeper = (programId: string): Program =>
  program({ programId, solution: `import time\ntime.sleep(1000)  # ${programId}` });

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of stream) found.push(each);
  return found;
}

async function* requests(programs: Iterable<Program>): AsyncGenerator<EvaluateProgramsRequest> {
  for (const each of programs) yield { program: each };
}

describe.skipIf(client === undefined)('EvaluateProgram', () => {
  test('gives a verdict with figures', async () => {
    const evaluation = await client!.evaluateProgram({ program: program({}) });
    expect(evaluation).toMatchObject({ programId: 'p', outcome: Outcome.PASSED, feedback: '', outputBytes: 0n });
    expect(evaluation.failedTestIndex).toBeUndefined();
    expect(evaluation.peakMemoryBytes).toBeGreaterThan(0n);
  });

  test('a failing program is an OK response with its traceback', async () => {
    const evaluation = await client!.evaluateProgram({ program: program({ solution: 'def add(a):\n    pass\n' }) });
    expect(evaluation).toMatchObject({ outcome: Outcome.EXCEPTION, exceptionType: 'TypeError', failedTestIndex: 0 });
    expect(evaluation.feedback).toContain('File "<string>", line 4, in <module>\n    assert add(1, 2) == 3\n');
  });

  test.for([
    { name: 'no program', request: {}, field: 'program' },
    { name: 'no id', request: { program: program({ programId: '' }) }, field: 'program.program_id' },
    { name: 'a long id', request: { program: program({ programId: 'x'.repeat(513) }) }, field: 'program.program_id' },
    {
      name: 'a long solution',
      request: { program: program({ solution: ' '.repeat(2 ** 20 + 1) }) },
      field: 'program.solution',
    },
    { name: 'a program without tests', request: { program: program({ tests: [] }) }, field: 'program.tests' },
    {
      name: 'a negative limit',
      request: { program: program({ limits: { memoryBytes: -1n, outputBytes: 0n, processes: 0 } }) },
      field: 'program.limits.memory_bytes',
    },
    {
      name: 'a limit above the maximum',
      request: {
        program: program({
          limits: { cpuTime: { seconds: 61n, nanos: 0 }, memoryBytes: 0n, outputBytes: 0n, processes: 0 },
        }),
      },
      field: 'program.limits.cpu_time',
    },
    {
      name: 'an unknown feedback style',
      request: { program: program({ feedbackStyle: 99 as FeedbackStyle }) },
      field: 'program.feedback_style',
    },
  ])('refuses $name with the field', async ({ request, field }) => {
    await expect(client!.evaluateProgram({ program: undefined, ...request })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field }],
    });
  });

  test('judges other than by tests', async () => {
    const judge: Program['judge'] = {
      $case: 'stdio',
      value: { cases: [{ stdin: '1 2\n', stdout: '3\n' }], comparison: 0, absoluteTolerance: 0, relativeTolerance: 0 },
    };
    const solution = 'print(sum(map(int, input().split())))\n';
    const evaluation = await client!.evaluateProgram({ program: program({ solution, tests: [], judge }) });
    expect(evaluation).toMatchObject({ outcome: Outcome.PASSED, outputBytes: 2n });
  });

  test("a verifier's own faults are the caller's, and no outcome", async () => {
    const run = (verifier: string): Promise<unknown> =>
      client!.evaluateProgram({
        program: program({
          tests: [],
          judge: { $case: 'verifier', value: { expression: 'add(1, 2)', verifier, reference: '' } },
        }),
      });
    await expect(run('def verify(:')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'program.verifier.verifier' }],
    });
    await expect(run('def verify(value, reference):\n    return value / 0')).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'VERIFIER_FAILED',
      message: expect.stringContaining('line 2, in verify') as string,
    });
  });

  test('a deadline kills the program', async () => {
    const running = client!.evaluateProgram({ program: sleeper('late') }, { timeoutMs: 300 });
    await expect(running).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect((await client!.evaluateProgram({ program: program({}) })).outcome).toBe(Outcome.PASSED);
  });

  test('refuses what cannot wait any more, and the caller may try again', async () => {
    const small = await start({ slots: 1, maxWaiting: 1 });
    const own = createClient(EvaluatorServiceClient, `127.0.0.1:${small.port}`, { idempotent: [] });
    try {
      const abort = new AbortController();
      const held = ['a', 'b'].map((id) => own.evaluateProgram({ program: sleeper(id) }, { signal: abort.signal }));
      const ends = Promise.allSettled(held);
      await expect
        .poll(() =>
          own.evaluateProgram({ program: program({}) }).then(
            () => 'OK',
            (error: unknown) => error,
          ),
        )
        .toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'TOO_MANY_WAITING' });
      abort.abort();
      await ends;
      await expect
        .poll(() =>
          own.evaluateProgram({ program: program({}) }).then(
            ({ outcome }) => outcome,
            () => undefined,
          ),
        )
        .toBe(Outcome.PASSED);
    } finally {
      own.close();
      await small.close();
    }
  });
});

describe.skipIf(client === undefined)('EvaluatePrograms', () => {
  test('answers every program once, by its id', async () => {
    const programs = Array.from({ length: 40 }, (_, i) =>
      program({ programId: `${i}`, tests: [`assert add(${i}, 1) == ${i % 3 === 0 ? i : i + 1}`] }),
    );
    const outcomes = new Map<string, Outcome>();
    for await (const { event } of client!.evaluatePrograms(requests(programs))) {
      if (event?.$case === 'evaluation') outcomes.set(event.value.programId, event.value.outcome);
    }
    expect(outcomes.size).toBe(40);
    for (const [id, outcome] of outcomes) {
      expect(outcome).toBe(Number(id) % 3 === 0 ? Outcome.FAILED_ASSERTION : Outcome.PASSED);
    }
  });

  test('answers a quick program before a slow one that came first', async () => {
    const slow = program({ programId: 'slow', solution: `import time\ntime.sleep(1)\n${ADD}` });
    const ids: string[] = [];
    for await (const { event } of client!.evaluatePrograms(requests([slow, program({ programId: 'quick' })]))) {
      if (event?.$case === 'evaluation') ids.push(event.value.programId);
    }
    expect(ids).toEqual(['quick', 'slow']);
  });

  test('a program that cannot be judged gets an error of its own, and the stream goes on', async () => {
    const bad = program({ programId: 'bad', limits: { memoryBytes: 0n, outputBytes: 0n, processes: 1000 } });
    const events = await all(client!.evaluatePrograms(requests([bad, program({ programId: 'good' })])));
    const errors = events.flatMap(({ event }) => (event?.$case === 'error' ? [event.value] : []));
    expect(errors).toMatchObject([{ programId: 'bad', code: 3 }]);
    expect(errors[0]?.message).toContain('program.limits.processes must be a whole number in [1, 256], got 1000');
    expect(events.map(({ event }) => event?.$case)).toEqual(['error', 'evaluation']);
  });

  test('refuses an id that is under way', async () => {
    const slow = program({ solution: `import time\ntime.sleep(0.5)\n${ADD}` });
    const events = await all(client!.evaluatePrograms(requests([slow, program({})])));
    expect(events.map(({ event }) => event?.$case)).toEqual(['error', 'evaluation']);
  });

  test('reads no faster than it judges', async () => {
    let sent = 0;
    function* endless(): Generator<Program> {
      for (;;) yield { ...sleeper(`endless ${sent++}`), prompt: '#'.repeat(100_000) };
    }
    const abort = new AbortController();
    const stream = all(client!.evaluatePrograms(requests(endless()), { signal: abort.signal }));
    await expect.poll(() => sent).toBeGreaterThan(3);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // What the sockets on the way hold is some hundred kilobytes; the service itself holds twice its slots.
    expect(sent).toBeLessThan(200);
    abort.abort();
    await expect(stream).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await client!.evaluateProgram({ program: program({}) })).outcome).toBe(Outcome.PASSED);
  });
});

describe.skipIf(client === undefined)('GetEvaluatorInfo', () => {
  test('says what runs programs, and its bounds', async () => {
    const info = await client!.getEvaluatorInfo({});
    expect(info).toMatchObject({ runtime: 'sandlock', slots: 2, maxLimits: { processes: 256 } });
    expect(info.pythonVersion).toMatch(/^3\.\d+\.\d+/);
    expect(info.caveats.length).toBeGreaterThan(0);
  });

  test('says how often kept verdicts served', async () => {
    const before = (await client!.getEvaluatorInfo({})).cacheUse!;
    const solutions = ['x = 35\n', 'x = 35\n', 'x = 35  # the same\n', 'x = 36\n'];
    for (const solution of solutions) await client!.evaluateProgram({ program: program({ solution, tests: ['x'] }) });
    const { hits, misses, hitsBySameTokens } = (await client!.getEvaluatorInfo({})).cacheUse!;
    expect([hits - before.hits, misses - before.misses, hitsBySameTokens - before.hitsBySameTokens]).toEqual([
      2n,
      2n,
      1n,
    ]);
  });
});

test.skipIf(client === undefined)('lets a running program end when it is told to close', async () => {
  const own = await start({ slots: 1 });
  const caller = createClient(EvaluatorServiceClient, `127.0.0.1:${own.port}`);
  const running = caller.evaluateProgram({ program: program({ solution: `import time\ntime.sleep(0.5)\n${ADD}` }) });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await own.close();
  expect((await running).outcome).toBe(Outcome.PASSED);
  caller.close();
});
