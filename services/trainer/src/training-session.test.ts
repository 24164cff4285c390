import { appendFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointDigest, readCheckpoint } from '@leti/checkpoint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CorpusChangedError } from './corpus/corpus-errors.ts';
import { runPaths } from '@leti/runs';
import { RunFixture, TINY_CHECKPOINT } from './testing/run-fixture.ts';
import type { TrainingOutcome, TrainingProgress } from './training-job.ts';
import { TrainingSession } from './training-session.ts';

const never = new AbortController().signal;
const STEPS = 9;

describe('TrainingSession', () => {
  let runs: RunFixture;
  let straight: TrainingOutcome[];

  const filesOf = async (name: string, iteration: number) => {
    const checkpoint = runPaths(runs.folderOf(name)).checkpoint(iteration);
    const names = (await readdir(checkpoint)).toSorted().filter((file) => file !== 'trainer_state.json');
    return Promise.all(names.map(async (file) => [file, (await readFile(join(checkpoint, file))).toString('base64')]));
  };

  beforeAll(async () => {
    runs = await RunFixture.create();
    await runs.add('straight');
    const session = new TrainingSession();
    straight = [];
    for (const iteration of [1, 2])
      straight.push(await session.train(await runs.job('straight', iteration, 1e9), () => {}, never));
    session.dispose();
  });
  afterAll(() => runs.remove());

  test('changes the weights each time, and reports finite mean losses', () => {
    expect(new Set(straight.map(({ digest }) => digest)).size).toBe(2);
    for (const { losses } of straight) {
      expect(losses.fcftLoss).toBeGreaterThan(0);
      expect(losses.pretrainingLoss).toBeGreaterThan(0);
    }
  });

  test('interrupted after any step, with a new session for the rest, gives the same bits', async () => {
    for (const stopAfter of [1, 6]) {
      const name = `stopped-${stopAfter}`;
      await runs.add(name);
      for (const iteration of [1, 2]) {
        const job = await runs.job(name, iteration, 1e9);
        const cancel = new AbortController();
        const first = new TrainingSession();
        const report = ({ step, stepsTotal }: TrainingProgress): void => {
          expect(stepsTotal).toBe(STEPS);
          if (step === stopAfter) cancel.abort(new Error('stop'));
        };
        await expect(first.train(job, report, cancel.signal)).rejects.toThrow('stop');
        const second = new TrainingSession();
        const steps: number[] = [];
        const outcome = await second.train(job, ({ step }) => void steps.push(step), never);
        second.dispose();
        expect(steps[0]).toBe(stopAfter + 1);
        expect(outcome).toMatchObject({
          digest: straight[iteration - 1]!.digest,
          losses: straight[iteration - 1]!.losses,
        });
        expect(await filesOf(name, iteration)).toEqual(await filesOf('straight', iteration));
      }
    }
  });

  test('gives back what it had published', async () => {
    const session = new TrainingSession();
    const report = (): never => {
      throw new Error('nothing is left to do');
    };
    expect(await session.train(await runs.job('straight', 1, 0), report, never)).toMatchObject({
      digest: straight[0]!.digest,
      losses: straight[0]!.losses,
    });
  });

  test('leaves no saved state behind', async () => {
    await runs.add('saving');
    const session = new TrainingSession();
    await session.train(await runs.job('saving', 1, 0), () => {}, never);
    session.dispose();
    const left = await readdir(runPaths(runs.folderOf('saving')).iteration(1).folder);
    expect(left).not.toContain('training');
    expect(await filesOf('saving', 1)).toEqual(await filesOf('straight', 1));
  });

  test('keeps every id that ends a text in what it publishes', async () => {
    await runs.add('chat');
    const base = join(runs.folder, 'chat-base');
    await cp(TINY_CHECKPOINT, base, { recursive: true });
    await writeFile(join(base, 'generation_config.json'), JSON.stringify({ eos_token_id: [0, 7] }));
    const from = { path: base, digest: await checkpointDigest(base) };
    const session = new TrainingSession();
    await session.train({ ...(await runs.job('chat', 1, 1e9)), from }, () => {}, never);
    session.dispose();
    expect((await readCheckpoint(runPaths(runs.folderOf('chat')).checkpoint(1))).endIds).toEqual([0, 7]);
  });

  test('clears away what an attempt left that died between publishing and clearing', async () => {
    const { training } = runPaths(runs.folderOf('straight')).iteration(2);
    await mkdir(join(training, 'step-000001'), { recursive: true });
    await new TrainingSession().train(await runs.job('straight', 2, 0), () => {}, never);
    await expect(readdir(training)).rejects.toThrow('ENOENT');
  });

  test('refuses a corpus that has changed since the run was made', async () => {
    await runs.add('other-corpus');
    // Tokenised by nobody yet: from a shard that is there the run would go on.
    const job = { ...(await runs.job('other-corpus', 1, 1e9)), shardsFolder: join(runs.folder, 'no-shards') };
    await appendFile(job.corpusPath, '{"text":"more"}\n');
    const trained = new TrainingSession().train(job, () => {}, never);
    await expect(trained).rejects.toThrow(CorpusChangedError);
    await expect(trained).rejects.toThrow(`${job.corpusDigest}, got sha256:`);
  });

  test('refuses to start from other weights than it was told', async () => {
    const job = await runs.job('fresh', 1, 1e9);
    const other = { ...job, from: { ...job.from, digest: `sha256:${'0'.repeat(64)}` } };
    await expect(new TrainingSession().train(other, () => {}, never)).rejects.toThrow('want a checkpoint with digest');
  });
});
