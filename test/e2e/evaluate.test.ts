import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { microProblems } from '@leti/tasks';
import { dataFolder, describeWithData, freePort } from '@leti/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  jsonLines,
  processesWith,
  runLeti,
  type RunningLeti,
  serviceMain,
  startLeti,
  until,
  written,
} from './testing/leti.ts';

/* Sample files as people have them, from the command line to the sandbox and back. */

let folder = '';
let evaluator: RunningLeti;
let address = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-evaluate-'));
  address = `127.0.0.1:${await freePort()}`;
  evaluator = startLeti(['--address', address, '--slots', '2', '--cpu-scale', '1'], {
    program: serviceMain('evaluator'),
  });
  await written(evaluator, '"listening"');
});
afterAll(async () => {
  evaluator.child.kill('SIGTERM');
  await evaluator.done;
  await rm(folder, { recursive: true, force: true });
});

const evaluate = (...args: readonly string[]): ReturnType<typeof runLeti> =>
  runLeti(['evaluate', ...args, '--evaluator-address', address, '--no-local', '--store', at('store')]);

const lines = (samples: readonly object[]): string => samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');

interface Score {
  readonly passed: number;
  readonly total: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly passAtK: readonly { readonly k: number; readonly estimate: number }[];
  readonly problems: { readonly total: number; readonly attempted: number; readonly unattempted: readonly string[] };
}
const scoreIn = (stdout: string): Score => JSON.parse(stdout) as Score;

const PROBLEMS = microProblems('test');
const NAME = /assert (\w+)\(/;
/** A program that knows its tests by heart. */
function solutionOf(index: number): string {
  const { tests } = PROBLEMS[index]!;
  const cases = tests.map((each) => each.replace(/^assert \w+\((.*)\) == (.*)$/, '(($1,), $2)'));
  return `def ${NAME.exec(tests[0]!)![1]}(*given):\n    return next(r for a, r in [${cases.join(', ')}] if a == given)\n`;
}

describe('a sample file of micro', () => {
  const samples = [
    { task_id: PROBLEMS[0]!.problemId, completion: `\n${solutionOf(0)}`, id: 'a' },
    { task_id: PROBLEMS[0]!.problemId, solution: solutionOf(0), id: 'b' },
    { task_id: PROBLEMS[0]!.problemId, solution: 'def broken(:', id: 'c' },
    { task_id: PROBLEMS[1]!.problemId, completion: '\nx = 1 / 0', id: 'd' },
    { task_id: PROBLEMS[1]!.problemId, completion: '\nimport time\ntime.sleep(100)', id: 'e' },
    { task_id: PROBLEMS[1]!.problemId, completion: '\npass', id: 'f' },
  ];
  const flags = ['--task', 'micro', '--split', 'test', '--wall-time-ms', '3000'];

  test('is scored, with a note of what is missing, and its results are in its own order', async () => {
    await writeFile(at('micro.jsonl'), lines(samples));
    const result = await evaluate(...flags, '--solutions', at('micro.jsonl'), '--out', at('out.jsonl'));
    expect(result.status, result.stderr).toBe(0);
    expect(result.stdout).toContain('micro: 2/6 samples passed (0.333), 2 problems\n');
    expect(result.stdout).toContain('NOTE: 246 of the 248 problems of micro have no sample (attempted: test 2/248).\n');
    expect(result.stdout).toMatch(/^pass@1 {4}0\.333 \[0\.000, 0\.667\]/m);
    expect(result.stdout).toMatch(/^wall timeout +1$/m);
    expect(result.stderr).toMatch(/evaluate {2}samples {2}6\/6/);
    const rows = await jsonLines<Record<string, unknown>>(at('out.jsonl'));
    expect(rows.map(({ id, result: said, passed }) => [id, said, passed])).toEqual([
      ['a', 'passed', true],
      ['b', 'passed', true],
      ['c', 'failed: SyntaxError', false],
      ['d', 'failed: ZeroDivisionError', false],
      ['e', 'timed out', false],
      ['f', 'failed: NameError', false],
    ]);
    expect(rows[3]!['feedback']).toContain('x = 1 / 0\n');
  });

  test('comes gzipped by a pipe as well; --json is one object', async () => {
    await writeFile(at('micro.gz'), gzipSync(lines(samples)));
    const script = `exec ${process.execPath} cli/src/main.ts evaluate "$@" --solutions <(cat ${at('micro.gz')})`;
    const args = [...flags, '--json', '--out', at('out.gz'), '--k', '2', '--evaluator-address', address, '--no-local'];
    const stdout = execFileSync('bash', ['-c', script, 'leti', ...args, '--store', at('store')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const score = scoreIn(stdout);
    expect(score).toMatchObject({ passed: 2, total: 6, problems: { total: 248, attempted: 2 } });
    expect(score.outcomes).toMatchObject({ passed: 2, syntax_error: 1, exception: 2, wall_timeout: 1, tampering: 0 });
    expect(score.problems.unattempted).toHaveLength(246);
    expect(score.passAtK).toMatchObject([{ k: 2, estimate: 0.5 }]);
    expect(
      gunzipSync(await readFile(at('out.gz')))
        .toString('utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(6);
  });

  test.each([
    [['--k', '4'], /--k: expected at most 3, the samples of micro\/test\/000-add-each, got 4/],
    [['--cpu-seconds', '61'], /--cpu-seconds: expected at most 60, got 61/],
    [['--split', 'dev'], /--split: expected one of train, validation, test, got 'dev'/],
    [['--task', 'codeforces'], /--task: expected one of micro, unfamiliar, mbpp, humaneval, got 'codeforces'/],
    [['--tests', 'x.py'], /expected no --tests with --task/],
    [['--solutions', tmpdir()], /: expected a file, got a folder/],
    [['--solutions', '/no/such/file'], /\/no\/such\/file: no such file or folder/],
    [['--out', '/no/such/folder/out'], /--out: expected a file in a folder that is there, got \/no\/such\/folder\/out/],
  ])('with %j is refused before anything runs', async (more, message) => {
    await writeFile(at('refused.jsonl'), lines(samples));
    const result = await evaluate(...flags, '--solutions', at('refused.jsonl'), ...more);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/samples {2}\d/);
    expect(result.stdout).toBe('');
  });

  test('with a bad line is refused whole', async () => {
    await writeFile(at('bad.jsonl'), `${lines(samples)}{"task_id": "micro/test/000-add-each"}\n`);
    const result = await evaluate(...flags, '--solutions', at('bad.jsonl'), '--out', at('bad.out'));
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('bad.jsonl:7: expected a "completion" or a "solution", got task_id only\n');
    expect(result.stderr).toContain('nothing was evaluated');
    expect(existsSync(at('bad.out.part'))).toBe(false);
  });

  test('ends at Ctrl-C, keeps what it has, and leaves no program behind', async () => {
    const quick = { task_id: PROBLEMS[0]!.problemId, solution: solutionOf(0) };
    const slow = { task_id: PROBLEMS[0]!.problemId, solution: 'import time\ntime.sleep(300)' };
    await writeFile(at('slow.jsonl'), lines([quick, slow, slow, quick]));
    const args = [
      '--task',
      'micro',
      '--solutions',
      at('slow.jsonl'),
      '--out',
      at('slow.out'),
      '--wall-time-ms',
      '250000',
    ];
    const running = startLeti([
      'evaluate',
      ...args,
      '--evaluator-address',
      address,
      '--no-local',
      '--store',
      at('store'),
    ]);
    await written(running, 'samples  1/4');
    running.child.kill('SIGINT');
    const result = await running.done;
    expect(result.status).toBe(130);
    expect(result.stderr).toContain(`the first 1 results are in ${at('slow.out')}.part`);
    expect(result.stderr).toContain('leti evaluate: interrupted\n');
    expect(await jsonLines(at('slow.out.part'))).toHaveLength(1);
    expect(existsSync(at('slow.out'))).toBe(false);
    // Both slots are free again at once.
    expect((await evaluate(...flags, '--solutions', at('micro.jsonl'))).status).toBe(0);
  });
});

test('an evaluator that is killed half-way costs no sample its verdict', { timeout: 120_000 }, async () => {
  const samples = Array.from({ length: 200 }, (_, i) => ({
    task_id: PROBLEMS[i % 50]!.problemId,
    solution: `import time\ntime.sleep(0.02)\n${i % 2 === 0 ? solutionOf(i % 50) : `x = ${i}`}`,
  }));
  await writeFile(at('killed.jsonl'), lines(samples));
  const args = ['--task', 'micro', '--split', 'test', '--solutions', at('killed.jsonl'), '--out', at('killed.out')];
  const running = startLeti(['evaluate', ...args, '--base-port', '0', '--store', at('own-store'), '--json']);
  await written(running, 'samples  50/200');
  const own = await until(async () => {
    const services = await processesWith('services/evaluator/src/main.ts');
    return services.find((pid) => isChildOf(pid, running.child.pid));
  });
  process.kill(own, 'SIGKILL');
  const result = await running.done;
  expect(result.status, result.stderr).toBe(0);
  expect(scoreIn(result.stdout)).toMatchObject({ passed: 100, total: 200, outcomes: { passed: 100, exception: 100 } });
  const rows = await jsonLines<{ passed: boolean }>(at('killed.out'));
  expect(rows.map(({ passed }) => passed)).toEqual(samples.map((_, i) => i % 2 === 0));
});

function isChildOf(pid: number, parent: number | undefined): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
}

describeWithData("HumanEval's own solutions", 'humaneval/HumanEval.jsonl.gz', (file) => {
  test('pass as completions and as whole programs', async () => {
    const records = gunzipSync(await readFile(file))
      .toString('utf8')
      .trim()
      .split('\n')
      .slice(0, 20)
      .map((line) => JSON.parse(line) as { task_id: string; prompt: string; canonical_solution: string });
    const samples = records.flatMap(({ task_id, prompt, canonical_solution: completion }) => [
      { task_id, completion },
      { task_id, solution: prompt + completion },
    ]);
    await writeFile(at('humaneval.jsonl'), lines(samples));
    const flags = ['--task', 'humaneval', '--data', dataFolder(), '--solutions', at('humaneval.jsonl')];
    const result = await evaluate(...flags, '--json');
    expect(result.status, result.stderr).toBe(0);
    expect(scoreIn(result.stdout)).toMatchObject({ passed: 40, total: 40, problems: { attempted: 20, total: 164 } });
  });
});

describeWithData("MBPP's own solutions", 'mbpp/mbpp.jsonl', (file) => {
  test('pass under ids of every form', async () => {
    const records = (await jsonLines<{ task_id: number; code: string }>(file)).slice(10, 50);
    const forms = [Number, String, (id: number) => `Mbpp/${id}`, (id: number) => `mbpp/${id}`];
    const samples = records.map(({ task_id: id, code }, i) => ({
      task_id: forms[i % 4]!(id),
      [i % 8 < 4 ? 'solution' : 'completion']: code,
    }));
    await writeFile(at('mbpp.jsonl'), lines(samples));
    const flags = ['--task', 'mbpp', '--data', dataFolder(), '--solutions', at('mbpp.jsonl'), '--cpu-seconds', '30'];
    const result = await evaluate(...flags, '--split', 'test', '--json');
    expect(result.status, result.stderr).toBe(0);
    expect(scoreIn(result.stdout)).toMatchObject({ passed: 40, total: 40, problems: { attempted: 40, total: 500 } });
  });
});
