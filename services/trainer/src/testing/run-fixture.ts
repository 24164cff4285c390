import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkpointDigest } from '@leti/checkpoint';
import {
  deriveSeed,
  parseTrainingSettings,
  PhaseClock,
  type Problem,
  type Solution,
  summarizeGroup,
  type TrainingSettingsInput,
} from '@leti/leti';
import { exampleEvaluation } from '@leti/leti/testing';
import { runPaths, writeProblems } from '@leti/runs';
import { corpusDigest } from '../corpus/corpus-digest.ts';
import { createLedger } from '../ledger.ts';
import { jobSettings, type TrainingJob } from '../training-job.ts';

/** A CodeGen of 30 k parameters with one character a token, in a Hugging Face folder. */
export const TINY_CHECKPOINT = fileURLToPath(new URL('../../../../test/golden/codegen-tiny', import.meta.url));
/** What its runs are trained with. */
export const FIXTURE_SETTINGS: TrainingSettingsInput = {
  problems: { task: 'micro' },
  samplesPerProblem: 4,
  fineTuning: { epochs: 2, batchSize: 4, learningRate: 1e-3, maxSequenceTokens: 64, warmupSteps: 3 },
  pretrainingMix: { ratio: 0.5, corpus: 'corpus.jsonl', batchSize: 2 },
  seed: 3,
};
const problems: Problem[] = ['a', 'b', 'c'].map((problemId) => ({
  problemId,
  prompt: `# ${problemId} `,
  testSetupCode: '',
  tests: ['assert f()'],
}));

/** Fills a run folder with a whole ledger for two iterations; samples are arbitrary ids. */
async function writeRun(folder: string): Promise<void> {
  const paths = runPaths(folder);
  await mkdir(folder, { recursive: true });
  await writeProblems(paths.problems, problems);
  await writeFile(
    join(folder, 'corpus.jsonl'),
    ['x = 1', 'y = 2', 'f(x)'].map((text) => `${JSON.stringify({ text })}\n`).join(''),
  );
  for (const iteration of [1, 2]) {
    const ledger = createLedger(paths, new PhaseClock(() => performance.now()));
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
          engine: 'local',
        };
      });
      const evaluations = solutions.map(({ sampleIndex }) =>
        exampleEvaluation({
          outcome: sampleIndex === 0 ? 'passed' : 'exception',
          feedback: sampleIndex === 0 ? '' : 'Err',
        }),
      );
      const group = { problem, solutions, evaluations };
      await ledger.recordGroup(iteration, group, summarizeGroup(group));
    }
  }
}

/** Run folders with everything that training needs, in one temporary folder. */
export class RunFixture {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }
  static async create(): Promise<RunFixture> {
    const fixture = new RunFixture(await mkdtemp(join(tmpdir(), 'training-')));
    await writeRun(fixture.folderOf('fresh'));
    return fixture;
  }
  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
  folderOf(name: string): string {
    return join(this.folder, name);
  }
  /** A new run folder before any training. */
  async add(name: string): Promise<void> {
    await cp(this.folderOf('fresh'), this.folderOf(name), { recursive: true });
  }
  /** What trains an iteration of a run; 2 epochs of 3 batches and a pre-training step for every second: 9 steps. */
  async job(name: string, iteration: number, saveEveryMs: number): Promise<TrainingJob> {
    const path = iteration === 1 ? TINY_CHECKPOINT : runPaths(this.folderOf(name)).checkpoint(iteration - 1);
    const corpusPath = join(this.folderOf(name), 'corpus.jsonl');
    const from = { path, digest: await checkpointDigest(path) };
    return {
      runFolder: this.folderOf(name),
      iteration,
      from,
      continues: iteration > 1,
      settings: jobSettings(parseTrainingSettings(FIXTURE_SETTINGS)),
      shardsFolder: join(this.folder, 'shards'),
      corpusPath,
      corpusDigest: await corpusDigest(corpusPath),
      saveEveryMs,
    };
  }
}
