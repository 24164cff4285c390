import { access, appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DigestMismatchError, readCheckpoint } from '@leti/checkpoint';
import { NonFiniteLossError } from '@leti/nn/model';
import { runPaths } from '@leti/runs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunFixture } from './testing/run-fixture.ts';
import type { TrainingJob, TrainingOutcome } from './training-job.ts';
import { TrainingSession } from './training-session.ts';
import { stateOf } from './training-state.ts';

const never = new AbortController().signal;

/** Trains one iteration in a session of its own. */
async function train(job: TrainingJob): Promise<TrainingOutcome> {
  const session = new TrainingSession();
  try {
    return await session.train(job, () => {}, never);
  } finally {
    session.dispose();
  }
}

describe('training of a damaged run', () => {
  let runs: RunFixture;
  let digests: string[];

  /** A new run with its first iteration trained; what went wrong since is up to the test. */
  const trained = async (name: string) => {
    await runs.add(name);
    await train(await runs.job(name, 1, 1e9));
    return runPaths(runs.folderOf(name));
  };

  beforeAll(async () => {
    runs = await RunFixture.create();
    await trained('straight');
    digests = [
      (await readCheckpoint(runPaths(runs.folderOf('straight')).checkpoint(1))).digest,
      (await train(await runs.job('straight', 2, 1e9))).digest,
    ];
  });
  afterAll(() => runs.remove());

  test.each<[string, (published: string) => Promise<void>]>([
    ['a flipped bit', (published) => flipBit(join(published, 'model.safetensors'), -3)],
    ['half of its weights', async (published) => truncate(join(published, 'model.safetensors'), 5000)],
    ['no weights', async (published) => rm(join(published, 'model.safetensors'))],
    ['no state', async (published) => rm(join(published, 'trainer_state.json'))],
    ['no tokenizer', async (published) => rm(join(published, 'tokenizer.json'))],
  ])('a published checkpoint with %s is moved aside, and trained again to the same weights', async (name, damage) => {
    const paths = await trained(name.replaceAll(' ', '-'));
    const job = await runs.job(name.replaceAll(' ', '-'), 1, 1e9);
    await damage(paths.checkpoint(1));
    expect((await train(job)).digest).toBe(digests[0]);
    expect((await readdir(join(paths.folder, 'checkpoints'))).toSorted()).toEqual(['001', '001.damaged-1']);
    await damage(paths.checkpoint(1));
    expect((await train(job)).digest).toBe(digests[0]);
    expect(await readdir(join(paths.folder, 'checkpoints'))).toHaveLength(3);
  });

  test('a damaged checkpoint stays where the one before it is damaged too', async () => {
    const paths = await trained('both');
    const job = await runs.job('both', 2, 1e9);
    await train(job);
    for (const iteration of [1, 2]) await flipBit(join(paths.checkpoint(iteration), 'model.safetensors'), -3);
    await expect(train(job)).rejects.toThrow('want digest');
    expect((await readdir(join(paths.folder, 'checkpoints'))).toSorted()).toEqual(['001', '002']);
  });

  test('a damaged checkpoint to start from is refused', async () => {
    const paths = await trained('from');
    const job = await runs.job('from', 2, 1e9);
    await flipBit(join(paths.checkpoint(1), 'model.safetensors'), -3);
    await expect(train(job)).rejects.toThrow(DigestMismatchError);
  });

  test('a damaged shard and changed sequences are made again, to the same weights', async () => {
    const paths = await trained('data');
    const [key] = await readdir(join(runs.folder, 'shards'));
    await flipBit(join(runs.folder, 'shards', key!, 'tokens.bin'), 2);
    const { fcft } = paths.iteration(2);
    await train({ ...(await runs.job('data', 2, 1e9)) });
    const lines = await readFile(fcft, 'utf8');
    await rm(paths.checkpoint(2), { recursive: true });
    await writeFile(fcft, lines.replace('"tokenIds":[', '"tokenIds":[1,'));
    await rm(join(runs.folder, 'shards'), { recursive: true });
    expect((await train(await runs.job('data', 2, 1e9))).digest).toBe(digests[1]);
    expect(await readFile(fcft, 'utf8')).toBe(lines);
  });

  test('a checkpoint written before places were saved is gone on from all the same', async () => {
    const paths = await trained('old');
    const path = join(paths.checkpoint(1), 'trainer_state.json');
    const { iteration, step, fcft, pretraining, trainSeconds } = stateOf({
      folder: path,
      trainerState: JSON.parse(await readFile(path, 'utf8')),
    });
    await writeFile(path, JSON.stringify({ iteration, step, fcft, pretraining, trainSeconds }));
    expect((await train(await runs.job('old', 2, 1e9))).digest).toBe(digests[1]);
  });

  test('a loss that is not finite ends training with the state before it saved, and says where', async () => {
    await runs.add('diverging');
    const { settings, ...rest } = await runs.job('diverging', 1, 1e9);
    const fineTuning = { ...settings.fineTuning, learningRate: 1e30, warmupSteps: 0, gradientClip: 0 };
    const job = { ...rest, settings: { ...settings, fineTuning } };
    const failure = await train(job).catch((error: unknown) => error as NonFiniteLossError);
    expect(failure).toBeInstanceOf(NonFiniteLossError);
    const { step, message } = failure as NonFiniteLossError;
    expect(message).toMatch(
      new RegExp(`^iteration 1, step ${step} of 9, learning rate 1e\\+30: .*train on from iteration 0`),
    );
    const { training } = runPaths(runs.folderOf('diverging')).iteration(1);
    expect(await readdir(training)).toEqual([`step-${String(step - 1).padStart(6, '0')}`]);
    const saved = await readCheckpoint(join(training, `step-${String(step - 1).padStart(6, '0')}`), {
      withOptimizer: true,
    });
    expect(stateOf(saved).step).toBe(step - 1);
    await expect(train(job)).rejects.toThrow(`step ${step} of 9`);
  });
});

describe('training made ready while samples are drawn', () => {
  let runs: RunFixture;
  beforeAll(async () => {
    runs = await RunFixture.create();
  });
  afterAll(() => runs.remove());

  test('gives the same weights, with the sequences built group by group', async () => {
    await runs.add('late');
    const late = await train(await runs.job('late', 1, 1e9));
    await runs.add('early');
    const job = await runs.job('early', 1, 1e9);
    const { groups, solutions, evaluations, fcft } = runPaths(job.runFolder).iteration(1);
    const lines = (await readFile(groups, 'utf8')).split('\n').slice(0, -1);
    const files = [solutions, evaluations, groups];
    const whole = await Promise.all(files.map((file) => readFile(file)));
    for (const file of files) await rm(file);

    const session = new TrainingSession();
    await session.addGroups(job); // not open yet
    await session.open(job, never);
    await session.addGroups(job); // nothing there yet
    let from = [0, 0, 0];
    for (const line of lines) {
      const { solutionsBytes, evaluationsBytes } = JSON.parse(line) as Record<string, number>;
      const to = [solutionsBytes!, evaluationsBytes!, from[2]! + Buffer.byteLength(line) + 1];
      for (const [i, file] of files.entries()) await appendFile(file, whole[i]!.subarray(from[i], to[i]));
      from = to;
      await session.addGroups(job);
    }
    for (const file of files) await rm(file); // all of it has been read
    await session.open(job, never);
    for (const [i, file] of files.entries()) await appendFile(file, whole[i]!);
    await session.addGroups(job);
    for (const file of files) await rm(file);
    expect((await session.train(job, () => {}, never)).digest).toBe(late.digest);
    session.dispose();
    const late1 = runPaths(runs.folderOf('late')).iteration(1).fcft;
    expect(await readFile(fcft, 'utf8')).toBe(await readFile(late1, 'utf8'));
  });

  test('is dropped when another iteration is trained', async () => {
    await runs.add('one');
    await runs.add('two');
    const session = new TrainingSession();
    await session.open(await runs.job('one', 1, 1e9), never);
    const outcome = await session.train(await runs.job('two', 1, 1e9), () => {}, never);
    await session.open(await runs.job('two', 1, 1e9), never); // published: nothing to make ready
    expect((await session.train(await runs.job('one', 1, 1e9), () => {}, never)).digest).toBe(outcome.digest);
    session.dispose();
    await expect(access(runPaths(runs.folderOf('one')).iteration(1).training)).rejects.toThrow('ENOENT');
  });
});

/** @param at from the end where negative */
async function flipBit(path: string, at: number): Promise<void> {
  const content = await readFile(path);
  content[at < 0 ? content.length + at : at]! ^= 1;
  await writeFile(path, content);
}
