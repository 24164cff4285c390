import {
  Condition,
  GeneratorServiceClient,
  Outcome,
  SolveProblemRequest,
  type SolveProblemResponse_Attempt,
} from '@leti/proto';
import { createClient } from '@leti/rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGenerator } from './start-generator.ts';
import {
  problem,
  silentLogger,
  startGeneratorFixture,
  TEST_CONFIG,
  TINY_CHECKPOINT,
  type GeneratorFixture,
} from './testing/generator-fixture.ts';

let fixture: GeneratorFixture;
beforeAll(async () => {
  fixture = await startGeneratorFixture();
  await fixture.load(TINY_CHECKPOINT);
});
afterAll(() => fixture.close());

describe('SolveProblem', () => {
  const PROBLEM = problem('a');

  async function solve(fields: Partial<SolveProblemRequest> = {}): Promise<SolveProblemResponse_Attempt[]> {
    const sampling = { temperature: 1, maxNewTokens: 12 };
    const request = SolveProblemRequest.create({ problem: PROBLEM, maxAttempts: 10, sampling, seed: 7n, ...fields });
    const attempts: SolveProblemResponse_Attempt[] = [];
    for await (const { event } of fixture.client.solveProblem(request)) attempts.push(event!.value);
    return attempts;
  }

  test('ends at the first attempt that passes, with the attempts that SampleSolutions gives', async () => {
    const expected = await fixture.sample({ problems: [PROBLEM], samplesPerProblem: 7, condition: Condition.GOOD });
    fixture.passes = ({ programId }) => programId === 'a/6';
    const attempts = await solve();
    expect(attempts.map(({ solution }) => solution)).toEqual(expected);
    expect(attempts.map(({ evaluation }) => evaluation?.outcome)).toEqual([
      ...Array(6).fill(Outcome.EXCEPTION),
      Outcome.PASSED,
    ]);
  });

  test('ends when the budget is spent', async () => {
    fixture.passes = () => false;
    fixture.judged.length = 0;
    const attempts = await solve({ maxAttempts: 6 });
    expect(attempts.map(({ solution }) => solution?.sampleIndex)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(fixture.judged.toSorted()).toEqual(['a/0', 'a/1', 'a/2', 'a/3', 'a/4', 'a/5']);
  });

  test('takes the condition that is asked for', async () => {
    const [expected] = await fixture.sample({ problems: [PROBLEM], samplesPerProblem: 1, condition: Condition.NONE });
    const [attempt] = await solve({ condition: Condition.NONE, maxAttempts: 1 });
    expect(attempt?.solution).toEqual(expected);
  });

  test('names bad fields in its own terms, also those that the evaluator finds', async () => {
    const limits = { cpuTime: undefined, wallTime: undefined, memoryBytes: 0n, outputBytes: 0n, processes: 99 };
    await expect(solve({ limits })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'limits.processes' }],
    });
    await expect(solve({ maxAttempts: 0 })).rejects.toMatchObject({ violations: [{ field: 'max_attempts' }] });
    await expect(solve({ problem: undefined })).rejects.toMatchObject({ violations: [{ field: 'problem' }] });
    await expect(solve({ problem: problem('a', 'x'.repeat(60)) })).rejects.toMatchObject({
      violations: [{ field: 'problem.prompt' }],
    });
  });

  test('is UNAVAILABLE while no evaluator answers', async () => {
    const alone = await startGenerator(
      { ...TEST_CONFIG, evaluatorAddress: '127.0.0.1:1', checkpoint: TINY_CHECKPOINT },
      { logger: silentLogger, handleSignals: false },
    );
    const other = createClient(GeneratorServiceClient, `127.0.0.1:${alone.port}`);
    try {
      const request = SolveProblemRequest.create({
        problem: PROBLEM,
        maxAttempts: 1,
        sampling: { temperature: 1, maxNewTokens: 2 },
      });
      await expect(other.solveProblem(request).next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    } finally {
      other.close();
      await alone.close();
    }
  });
});
