import { PhaseClock } from '@leti/leti';
import { createLogger } from '@leti/rpc';
import { WorkerCrashedError } from '@leti/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLearner } from './learner.ts';
import { runPaths } from '@leti/runs';
import { startTrainingWorker } from './start-training-worker.ts';
import { RunFixture } from './testing/run-fixture.ts';

const never = new AbortController().signal;

describe('learner over a worker process', () => {
  let runs: RunFixture;
  let worker: ReturnType<typeof startTrainingWorker>;

  beforeAll(async () => {
    runs = await RunFixture.create();
    worker = startTrainingWorker(createLogger({ name: 'test', level: 'silent' }));
  });
  afterAll(async () => {
    await worker.stop();
    await runs.remove();
  });

  /** Trains a new run's first iteration, killing the worker with -9 whenever a step in `killAt` is reported first. */
  async function learn(name: string, killAt: readonly number[] = []) {
    await runs.add(name);
    const job = await runs.job(name, 1, 0);
    const left = new Set(killAt);
    const steps: number[] = [];
    const crashes: WorkerCrashedError[] = [];
    const clock = new PhaseClock(() => performance.now());
    const learner = createLearner({
      worker,
      job: () => job,
      checkpointFolder: (iteration) => runPaths(runs.folderOf(name)).checkpoint(iteration),
      onProgress: (_, { step }) => {
        steps.push(step);
        if (left.delete(step)) process.kill(worker.pid!, 'SIGKILL');
      },
      onCrash: (_, error) => void crashes.push(error),
      clock,
    });
    const result = await learner.learn(1, job.from, never);
    return { result, steps, crashes, clock };
  }

  test('a worker killed with -9 is replaced, redoes little, and ends with the same bits', async () => {
    const undisturbed = await learn('undisturbed');
    expect(undisturbed.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const killed = await learn('killed', [4, 7]);
    expect(killed.crashes.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL']);
    expect(killed.result.checkpoint.digest).toBe(undisturbed.result.checkpoint.digest);
    expect(killed.result.losses).toEqual(undisturbed.result.losses);
    expect(killed.steps.length).toBeLessThanOrEqual(9 + 2 * 3); // a few steps at most between state and kill
    expect(killed.clock.seconds().train).toBeGreaterThan(0);
  });

  test('gives up on a worker that never gets anywhere', async () => {
    let crashes = 0;
    const hopeless = createLearner({
      worker: {
        call: () =>
          Promise.reject(
            new WorkerCrashedError('training', { exitCode: null, signal: 'SIGKILL', stderr: ['out of memory'] }),
          ),
      },
      job: () => ({}) as never,
      checkpointFolder: () => '',
      onProgress: () => {},
      onCrash: () => void crashes++,
      clock: new PhaseClock(() => performance.now()),
    });
    await expect(hopeless.learn(1, { path: '', digest: '' }, never)).rejects.toThrow('out of memory');
    expect(crashes).toBe(2);
  });

  test('errors of the worker keep their class', async () => {
    await runs.add('empty');
    const job = { ...(await runs.job('empty', 1, 0)), corpusPath: '/none.jsonl', corpusDigest: null };
    await expect(worker.call('train', job)).rejects.toMatchObject({ name: 'CorpusNotFoundError', path: '/none.jsonl' });
  });
});
