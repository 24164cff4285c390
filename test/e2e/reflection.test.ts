import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { goldenPath } from '@leti/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningLeti, serviceMain, startLeti, until, written } from './testing/leti.ts';

/*
 * What a client without our code can do: `buf curl` knows nothing of LETI but an address; it asks the services what they
 * offer by reflection, submits a problem in JSON and reads the evaluation.
 */

const buf = fileURLToPath(new URL('../../node_modules/.bin/buf', import.meta.url));

let evaluator: RunningLeti;
let generator: RunningLeti;
let evaluatorAddress: string;
let generatorAddress: string;

/** Where a service that was started on port 0 listens, by its own log. */
async function addressOf(service: RunningLeti): Promise<string> {
  await written(service, '"event":"listening"');
  const line = await until(() =>
    service
      .written()
      .split('\n')
      .find((each) => each.includes('"event":"listening"')),
  );
  return `127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
}

beforeAll(async () => {
  evaluator = startLeti(['--address', '127.0.0.1:0'], { program: serviceMain('evaluator') });
  evaluatorAddress = await addressOf(evaluator);
  generator = startLeti(
    ['--address', '127.0.0.1:0', '--evaluator-address', evaluatorAddress, '--checkpoint', goldenPath('codegen-tiny')],
    { program: serviceMain('generator') },
  );
  generatorAddress = await addressOf(generator);
  await written(generator, '"event":"checkpoint_loaded"');
});
afterAll(async () => {
  for (const service of [generator, evaluator]) {
    service.child.kill('SIGTERM');
    await service.done;
  }
});

/** Runs `buf curl`. @returns its exit code and what it printed */
async function curl(
  args: readonly string[],
  url: string,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(buf, ['curl', '--protocol', 'grpc', '--http2-prior-knowledge', ...args, url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

const call = (address: string, method: string, request: object): ReturnType<typeof curl> =>
  curl(['-d', JSON.stringify(request)], `http://${address}/leti.v1.${method}`);

describe('a client that knows the address only', () => {
  test('finds the services by reflection', async () => {
    const { code, stdout } = await curl(['--list-services'], `http://${generatorAddress}`);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(
      expect.arrayContaining(['grpc.health.v1.Health', 'leti.v1.GeneratorService']),
    );
  });

  test('submits a program and reads the evaluation', async () => {
    const program = {
      program_id: 'p',
      solution: 'def half(x):\n    return x / two\n',
      tests: ['assert half(4) == 2'],
      limits: { cpu_time: '2s' },
    };
    const { code, stdout } = await call(evaluatorAddress, 'EvaluatorService/EvaluateProgram', { program });
    expect(code).toBe(0);
    const evaluation = JSON.parse(stdout) as Record<string, unknown>;
    expect(evaluation).toMatchObject({
      programId: 'p',
      outcome: 'OUTCOME_EXCEPTION',
      exceptionType: 'NameError',
      failedTestIndex: 0,
    });
    expect(evaluation['feedback']).toContain("NameError: name 'two' is not defined");
  });

  test('submits a problem and reads a verified solution', async () => {
    // The model is random; whatever it writes on this line is a comment.
    const problem = { problem_id: 'one', prompt: 'def one():\n    return 1 #', tests: ['assert one() == 1'] };
    const sampling = { temperature: 0.8, max_new_tokens: 8, stop: ['\n'] };
    const request = { problem, max_attempts: 4, sampling, seed: '1' };
    const { code, stdout } = await call(generatorAddress, 'GeneratorService/SolveProblem', request);
    expect(code).toBe(0);
    const { attempt } = JSON.parse(stdout) as {
      attempt: { solution: Record<string, unknown>; evaluation: Record<string, unknown> };
    };
    expect(attempt.solution).toMatchObject({ problemId: 'one', condition: 'CONDITION_GOOD' });
    expect(attempt.evaluation).toMatchObject({ programId: 'one/0', outcome: 'OUTCOME_PASSED' });
  });

  test('is told every bad field by its path', async () => {
    const request = {
      problem: { problem_id: 'a b' },
      max_attempts: 0,
      sampling: { temperature: -1, max_new_tokens: 1 },
    };
    const { code, stderr } = await call(generatorAddress, 'GeneratorService/SolveProblem', request);
    expect(code).not.toBe(0);
    const { code: status, message } = JSON.parse(stderr) as { code: string; message: string };
    expect(status).toBe('invalid_argument');
    for (const field of ['max_attempts', 'problem.problem_id', 'sampling.temperature'])
      expect(message).toContain(field);
  });
});
