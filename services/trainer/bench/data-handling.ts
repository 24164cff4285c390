// What training costs beside its steps: tokens per second of a whole iteration (ledger, sequences, corpus, saved states)
// against the same batches stepped through by FineTuner alone, in turn on one machine.
//
//   node services/trainer/bench/data-handling.ts [PROBLEMS SAMPLES [ROUNDS]]     64 problems × 16 samples, 2 rounds
//
// Samples are made up of the micro corpus, with the lengths of the micro world; the model is micro-base. Machines are
// noisy: trust processor time more than the clock. States are saved as the service saves them, every 15 s.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainingBatch } from '@leti/nn';
import { parseTrainingSettings, PhaseClock, type Problem, type Solution, summarizeGroup } from '@leti/leti';
import { exampleEvaluation } from '@leti/leti/testing';
import { runPaths, writeProblems } from '@leti/runs';
import { microBaseCheckpointFolder, microCorpusPath, microProblems } from '@leti/tasks';
import { loadTokenizer, type Tokenizer } from '@leti/tokenizer';

process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
const { checkpointDigest, readCheckpoint } = await import('@leti/checkpoint');
const { DEFAULT_ADAMW, FineTuner } = await import('@leti/nn');
const { createLedger } = await import('../src/ledger.ts');
const { corpusDocuments } = await import('../src/corpus/read-corpus.ts');
const { jobSettings } = await import('../src/training-job.ts');
const { TrainingSession } = await import('../src/training-session.ts');

const [problemCount = 64, samplesPerProblem = 16, rounds = 2] = process.argv.slice(2).map(Number);
const settings = parseTrainingSettings({
  problems: { task: 'micro' },
  samplesPerProblem,
  fineTuning: { epochs: 2, batchSize: 32, learningRate: 5e-4, maxSequenceTokens: 512 },
  pretrainingMix: { ratio: 1, corpus: 'micro-corpus', batchSize: 32 },
  seed: 1,
});
const base = microBaseCheckpointFolder();
const folder = await mkdtemp(join(tmpdir(), 'data-handling-'));
try {
  const never = new AbortController().signal;
  const from = { path: base, digest: await checkpointDigest(base) };
  for (let round = 1; round <= rounds; round++) {
    const runFolder = join(folder, `run-${round}`);
    await writeRun(runFolder, await loadTokenizer(base));
    const batches: TrainingBatch[] = [];
    const whole = await inSession(runFolder, batches);
    const alone = await stepsAlone(batches);
    console.log(
      `round ${round}: ${batches.length} steps of ${alone.tokens} tokens\n` +
        `  FineTuner alone  ${rate(alone.tokens, alone.seconds)} tokens/s, ` +
        `${rate(alone.tokens, alone.processorSeconds)} per processor second\n` +
        `  TrainingSession  ${rate(alone.tokens, whole.seconds)} tokens/s, ` +
        `${rate(alone.tokens, whole.processorSeconds)} per processor second: ` +
        `${(alone.seconds / whole.seconds).toFixed(3)} and ` +
        `${(alone.processorSeconds / whole.processorSeconds).toFixed(3)} of it\n` +
        `  of its time      ${whole.stepSeconds.toFixed(2)} s within steps, ${whole.dataSeconds.toFixed(2)} s on data, ` +
        `${(whole.seconds - whole.stepSeconds).toFixed(2)} s between steps in all\n` +
        `  before step 1    ${whole.openSeconds.toFixed(2)} s that pass while samples are drawn, then ` +
        `${whole.readySeconds.toFixed(2)} s: sequences, graphs`,
    );
  }

  async function inSession(runFolder: string, batches: TrainingBatch[]) {
    const session = new TrainingSession();
    const job = {
      runFolder,
      iteration: 1,
      from,
      continues: false,
      settings: jobSettings(settings),
      shardsFolder: join(folder, 'shards'),
      corpusPath: microCorpusPath(),
      corpusDigest: null,
      saveEveryMs: 15_000,
    };
    const openedMs = performance.now();
    await session.open(job, never);
    await session.addGroups(job);
    const startMs = performance.now();
    // The clock starts with the first step, whose graphs are made before it on either side.
    let firstMs = 0;
    let processor = process.cpuUsage();
    // oxlint-disable-next-line typescript/unbound-method -- put back below, and called with its tuner
    const { step } = FineTuner.prototype;
    FineTuner.prototype.step = function (batch, options) {
      if (batches.push(batch) === 1) {
        firstMs = performance.now();
        processor = process.cpuUsage();
      }
      return step.call(this, batch, options);
    };
    let lastMs = 0;
    let processorSeconds = 0;
    const report = (): void => {
      lastMs = performance.now();
      processorSeconds = secondsOf(process.cpuUsage(processor));
    };
    const outcome = await session.train(job, report, never);
    FineTuner.prototype.step = step;
    session.dispose();
    const seconds = (lastMs - firstMs) / 1000;
    return {
      seconds,
      processorSeconds,
      stepSeconds: outcome.stepSeconds,
      dataSeconds: outcome.dataSeconds,
      openSeconds: (startMs - openedMs) / 1000,
      readySeconds: (firstMs - startMs) / 1000,
    };
  }
} finally {
  await rm(folder, { recursive: true });
}

async function stepsAlone(
  batches: readonly TrainingBatch[],
): Promise<{ seconds: number; processorSeconds: number; tokens: number }> {
  const { config, weights } = await readCheckpoint(base);
  const { weightDecay, gradientClip, learningRate } = settings.fineTuning;
  const hyperparameters = { ...DEFAULT_ADAMW, weightDecay, maxGradientNorm: gradientClip };
  const tuner = FineTuner.create({ config, weights, hyperparameters });
  tuner.prepare({ steps: batches });
  let tokens = 0;
  const startMs = performance.now();
  const processor = process.cpuUsage();
  for (const batch of batches) tokens += tuner.step(batch, { learningRate }).tokens;
  const seconds = (performance.now() - startMs) / 1000;
  const processorSeconds = secondsOf(process.cpuUsage(processor));
  tuner.dispose();
  return { seconds, processorSeconds, tokens };
}

/** A run folder whose first iteration has all its samples: texts of the corpus, cut to the micro world's lengths. */
async function writeRun(runFolder: string, tokenizer: Tokenizer): Promise<void> {
  const paths = runPaths(runFolder);
  await mkdir(runFolder, { recursive: true });
  const problems = microProblems('train').slice(0, problemCount);
  await writeProblems(paths.problems, problems);
  const documents = corpusDocuments(microCorpusPath());
  const ledger = createLedger(paths, new PhaseClock(() => performance.now()));
  for (const problem of problems) {
    const solutions: Solution[] = [];
    for (let sampleIndex = 0; sampleIndex < samplesPerProblem; sampleIndex++) {
      const next = await documents.next();
      const text = next.done === true ? '' : next.value;
      solutions.push(solutionOf(problem, sampleIndex, tokenizer.encode(text).slice(0, 16 + (sampleIndex % 32))));
    }
    const evaluations = solutions.map(({ sampleIndex }) =>
      exampleEvaluation({
        outcome: sampleIndex % 3 === 0 ? 'passed' : 'exception',
        feedback:
          sampleIndex % 3 === 0 ? '' : "Traceback (most recent call last):\nNameError: name 'x' is not defined\n",
      }),
    );
    const group = { problem, solutions, evaluations };
    await ledger.recordGroup(1, group, summarizeGroup(group));
  }
}

function solutionOf({ problemId }: Problem, sampleIndex: number, tokenIds: readonly number[]): Solution {
  return {
    problemId,
    sampleIndex,
    text: '',
    tokenIds,
    logprobs: tokenIds.map(() => -1),
    finishReason: 'length',
    weightsDigest: 'sha256:0',
    seed: 0n,
    condition: 'none',
    engine: 'local',
  };
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

function rate(tokens: number, seconds: number): string {
  return Math.round(tokens / seconds)
    .toLocaleString('en-US')
    .padStart(8);
}
