import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkpointDigest } from '@leti/checkpoint';
import { deriveSeed, parseTrainingSettings, PhaseClock, type Problem, type Solution, summarizeGroup } from '@leti/leti';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLedger } from './ledger.ts';
import { writeProblems } from './problem-file.ts';
import { runPaths } from './run-paths.ts';
import type { TrainingJob, TrainingOutcome, TrainingProgress } from './training-job.ts';
import { TrainingSession } from './training-session.ts';

const base = fileURLToPath(new URL('../../../test/golden/codegen-tiny', import.meta.url));
const { fineTuning, pretrainingMix } = parseTrainingSettings({
  problems: { task: 'micro' },
  fineTuning: { epochs: 2, batchSize: 4, learningRate: 1e-3, maxSequenceTokens: 64, warmupSteps: 3 },
  pretrainingMix: { ratio: 0.5, corpus: 'corpus.jsonl', batchSize: 2 },
});
const problems: Problem[] = ['a', 'b', 'c'].map((problemId) => ({
  problemId,
  prompt: `# ${problemId} `,
  testSetupCode: '',
  tests: ['assert f()'],
}));

/** A run folder with a full ledger for two iterations; samples are arbitrary ids. */
async function writeRun(folder: string): Promise<void> {
  const paths = runPaths(folder);
  await writeProblems(paths.problems, problems);
  await writeFile(
    join(folder, 'corpus.jsonl'),
    ['x = 1', 'y = 2', 'f(x)'].map((text) => `${JSON.stringify({ text })}\n`).join(''),
  );
  for (const iteration of [1, 2]) {
    const ledger = createLedger(paths, new PhaseClock());
    for (const problem of problems) {
      const solutions = [0, 1, 2, 3].map((sampleIndex): Solution => {
        const seed = deriveSeed(1n, iteration, problem.problemId, sampleIndex);
        const tokenIds = Array.from({ length: 5 }, (_, i) => Number((seed >> BigInt(8 * i)) % 50n) + 10);
        return {
          problemId: problem.problemId,
          sampleIndex,
          text: tokenIds.join(' '),
          tokenIds,
          logprobs: tokenIds.map(() => -1),
          finishReason: 'length',
          weightsDigest: 'sha256:0',
          seed,
          condition: 'none',
        };
      });
      const evaluations = solutions.map(({ sampleIndex }) => ({
        programId: '',
        outcome: sampleIndex % 2 === 0 ? ('passed' as const) : ('exception' as const),
        feedback: sampleIndex % 2 === 0 ? '' : 'Err',
        exceptionType: '',
        failedTestIndex: undefined,
        cpuTimeMs: 1,
        wallTimeMs: 1,
        peakMemoryBytes: 1,
        outputBytes: 0,
      }));
      const group = { problem, solutions, evaluations };
      await ledger.recordGroup(iteration, group, summarizeGroup(group));
    }
  }
}

const never = new AbortController().signal;
const STEPS = 9; // 2 epochs of 3 batches, and a pre-training step for every second

describe('TrainingSession', () => {
  let folder: string;
  let straight: TrainingOutcome[];
  const folderOf = (name: string) => join(folder, name);

  const jobIn = async (name: string, iteration: number, saveEveryMs: number): Promise<TrainingJob> => {
    const path = iteration === 1 ? base : runPaths(folderOf(name)).checkpoint(iteration - 1);
    const corpusPath = join(folderOf(name), 'corpus.jsonl');
    const from = { path, digest: await checkpointDigest(path) };
    return {
      runFolder: folderOf(name),
      iteration,
      from,
      seed: 3n,
      fineTuning,
      pretrainingMix,
      corpusPath,
      saveEveryMs,
    };
  };
  const filesOf = async (name: string, iteration: number) => {
    const checkpoint = runPaths(folderOf(name)).checkpoint(iteration);
    const names = (await readdir(checkpoint)).toSorted().filter((file) => file !== 'trainer_state.json');
    return Promise.all(names.map(async (file) => [file, (await readFile(join(checkpoint, file))).toString('base64')]));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'training-'));
    await writeRun(folderOf('fresh'));
    await cp(folderOf('fresh'), folderOf('straight'), { recursive: true });
    const session = new TrainingSession();
    straight = [];
    for (const iteration of [1, 2])
      straight.push(await session.train(await jobIn('straight', iteration, 1e9), () => {}, never));
    session.dispose();
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('changes the weights each time, and reports finite mean losses', () => {
    expect(new Set(straight.map(({ digest }) => digest)).size).toBe(2);
    for (const { losses } of straight) {
      expect(losses.fcftLoss).toBeGreaterThan(0);
      expect(losses.pretrainingLoss).toBeGreaterThan(0);
    }
  });

  test('interrupted after any step, with a new session for the rest, gives the same bits', async () => {
    for (let stopAfter = 1; stopAfter < STEPS; stopAfter += 3) {
      const name = `stopped-${stopAfter}`;
      await cp(folderOf('fresh'), folderOf(name), { recursive: true });
      for (const iteration of [1, 2]) {
        const job = await jobIn(name, iteration, 1e9);
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
    expect(await session.train(await jobIn('straight', 1, 0), report, never)).toMatchObject({
      digest: straight[0]!.digest,
      losses: straight[0]!.losses,
    });
  });

  test('leaves no saved state behind', async () => {
    await cp(folderOf('fresh'), folderOf('saving'), { recursive: true });
    const session = new TrainingSession();
    await session.train(await jobIn('saving', 1, 0), () => {}, never);
    session.dispose();
    const left = await readdir(runPaths(folderOf('saving')).iteration(1).folder);
    expect(left).not.toContain('training');
    expect(await filesOf('saving', 1)).toEqual(await filesOf('straight', 1));
  });

  test('refuses to start from other weights than it was told', async () => {
    const job = await jobIn('fresh', 1, 1e9);
    const other = { ...job, from: { ...job.from, digest: `sha256:${'0'.repeat(64)}` } };
    await expect(new TrainingSession().train(other, () => {}, never)).rejects.toThrow('want a checkpoint with digest');
  });
});
