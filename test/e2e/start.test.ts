import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpointDigest } from '@leti/checkpoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonLines, type LetiResult, processesWith, runLeti, startLeti, until } from './testing/leti.ts';
import { firstRun, groupsDone, iterationFolder, ledgerContent, ledgerKeys } from './testing/run-folder.ts';

/*
 * `npm start` at a small size, through real processes: once undisturbed, and once with every service killed on the way.
 * Both have one seed, so that they must end in the same weights.
 */

const PROBLEMS = 12;
const SAMPLES = 4;
/** One more than services are killed in, so that the job cannot end before. */
const ITERATIONS = 3;
const ARGUMENTS = ['start', '--quick', '--iterations', String(ITERATIONS), '--base-port', '0', '--seed', '7', '--json'];

interface StartJson {
  readonly before: { readonly storePath: string; readonly result: BenchmarkJson };
  readonly after: { readonly storePath: string; readonly result: BenchmarkJson };
  readonly training: { readonly state: string; readonly storePath: string; readonly checkpoint: CheckpointJson };
  readonly report: string;
}
interface BenchmarkJson {
  readonly passAtK: readonly {
    readonly k: number;
    readonly estimate: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly samples: number;
  readonly weightsDigest: string;
}
interface CheckpointJson {
  readonly path: string;
  readonly digest: string;
}

let folder = '';
const storeOf = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leti-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('leti start', { timeout: 180_000 }, () => {
  let result: LetiResult;
  let json: StartJson;

  beforeAll(async () => {
    result = await runLeti([...ARGUMENTS, '--store', storeOf('whole')]);
    expect(result.status, result.stderr).toBe(0);
    json = JSON.parse(result.stdout) as StartJson;
  }, 180_000);

  test('scores before and after, each with an interval', () => {
    for (const { result: scored } of [json.before, json.after]) {
      const [pass] = scored.passAtK;
      expect(pass?.k).toBe(1);
      expect(pass?.low).toBeLessThanOrEqual(pass?.estimate ?? NaN);
      expect(pass?.high).toBeGreaterThanOrEqual(pass?.estimate ?? NaN);
      expect(scored.samples).toBe(16 * 2);
    }
    expect(json.after.result.weightsDigest).not.toBe(json.before.result.weightsDigest);
  });

  test('tells how the run goes on', () => {
    expect(result.stderr).toMatch(/iteration 1\/3 {2}problems sampled and judged {2}12\/12/);
    expect(result.stderr).toMatch(/iteration 3\/3 {2}48 samples; train pass@1/);
  });

  test('publishes a checkpoint that is what its digest says', async () => {
    expect(json.training.state).toBe('succeeded');
    const { path, digest } = json.training.checkpoint;
    expect(await checkpointDigest(path)).toBe(digest);
    expect(json.after.result.weightsDigest).toBe(digest);
  });

  test('leaves fcft.jsonl with reward tokens and a real traceback', async () => {
    const lines = await jsonLines<{ reward: string; outcome: string; feedback: string }>(
      join(iterationFolder(json.training.storePath, 1), 'fcft.jsonl'),
    );
    expect(lines).toHaveLength(PROBLEMS * SAMPLES);
    for (const { reward, outcome } of lines) expect(reward).toBe(outcome === 'passed' ? '<|good|>' : '<|bad|>');
    expect(lines.some(({ feedback }) => /Traceback|SyntaxError/.test(feedback))).toBe(true);
  });

  test('writes the report', async () => {
    const report = await readFile(json.report, 'utf8');
    expect(report).toContain('Before and after');
    expect(report).toContain(json.training.checkpoint.digest);
  });

  test('leaves no process behind', async () => {
    expect(await processesWith(storeOf('whole'))).toEqual([]);
    await expect(access(join(storeOf('whole'), 'services.json'))).rejects.toThrow('ENOENT');
  });

  test('ends as it would have, with nothing done twice, when every service is killed on the way', async () => {
    const store = storeOf('killed');
    const leti = startLeti([...ARGUMENTS, '--store', store]);
    const over = new AbortController();
    const ended = leti.done.finally(() => over.abort(new Error('the job ended before every service was killed')));
    const [killed, victims] = await Promise.all([ended, killEach(store, over.signal)]);
    expect(killed.status, killed.stderr).toBe(0);
    expect(victims).toEqual(['benchmark', 'evaluator', 'generator', 'trainer', 'trainer']);
    for (const service of ['benchmark service', 'evaluator', 'generator', 'trainer']) {
      expect(killed.stderr).toContain(`the ${service} ended (SIGKILL)`);
    }

    const { training, before, after } = JSON.parse(killed.stdout) as StartJson;
    for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
      const ledger = iterationFolder(training.storePath, iteration);
      expect(await groupsDone(ledger)).toBe(PROBLEMS);
      for (const file of ['solutions.jsonl', 'evaluations.jsonl']) {
        const keys = await ledgerKeys(join(ledger, file));
        expect(keys).toHaveLength(PROBLEMS * SAMPLES);
        expect(new Set(keys).size).toBe(keys.length);
      }
      for (const file of ['solutions.jsonl', 'evaluations.jsonl', 'fcft.jsonl']) {
        const undisturbed = join(iterationFolder(json.training.storePath, iteration), file);
        expect(await ledgerContent(join(ledger, file)), `${file} of ${iteration}`).toEqual(
          await ledgerContent(undisturbed),
        );
      }
    }
    for (const { storePath, result: scored } of [before, after]) {
      const keys = await ledgerKeys(join(storePath, 'solutions.jsonl'));
      expect(keys).toHaveLength(scored.samples);
      expect(new Set(keys).size).toBe(keys.length);
    }
    expect(training.checkpoint.digest).toBe(json.training.checkpoint.digest);
    expect(before.result.passAtK).toEqual(json.before.result.passAtK);
    expect(after.result.passAtK).toEqual(json.after.result.passAtK);
    expect(await processesWith(store)).toEqual([]);
  });
});

test('Ctrl-C cancels the run, drains the services and is exit code 130', { timeout: 60_000 }, async () => {
  const store = storeOf('interrupted');
  const leti = startLeti([...ARGUMENTS, '--store', store, '--iterations', '50']);
  await until(async () => {
    const run = await firstRun(store, 'runs');
    return leti.child.exitCode !== null || (run !== undefined && (await groupsDone(iterationFolder(run, 1))) > 0);
  });
  leti.child.kill('SIGINT');
  const { status, stderr, stdout } = await leti.done;
  expect(status, stderr).toBe(130);
  expect(stderr).toMatch(/trainingRuns\/\S+ cancelled; to go on: leti up, then leti runs resume trainingRuns\//);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INTERRUPTED' } });
  expect(await processesWith(store)).toEqual([]);
});

/** Kills each service once while it works, the trainer also while it trains. @returns whom, in order */
async function killEach(store: string, over: AbortSignal): Promise<string[]> {
  const { addresses } = await until(async () => {
    const text = await readFile(join(store, 'services.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as { addresses: Record<string, string> });
  }, over);
  const victims: string[] = [];
  const kill = async (service: string): Promise<void> => {
    const pids = await until(async () => {
      const found = await processesWith(`services/${service}/src/main.ts --address ${addresses[service]}`);
      return found.length > 0 && found;
    }, over);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    victims.push(service);
  };
  const groups = async (find: () => Promise<string | undefined>, least: number): Promise<void> => {
    await until(async () => {
      const found = await find();
      return found !== undefined && (await groupsDone(found)) >= least;
    }, over);
  };
  const iteration = (number: number) => async (): Promise<string | undefined> => {
    const run = await firstRun(store, 'runs');
    return run === undefined ? undefined : iterationFolder(run, number);
  };
  await groups(() => firstRun(store, 'benchmarks'), 1);
  await kill('benchmark');
  await groups(iteration(1), 1);
  await kill('evaluator');
  await groups(iteration(1), 4);
  await kill('generator');
  await until(async () => {
    const found = await iteration(1)();
    return found !== undefined && (await jsonLines(join(found, 'fcft.jsonl'))).length > 0;
  }, over);
  await kill('trainer');
  await groups(iteration(2), 2);
  await kill('trainer');
  return victims;
}
