import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCheckpoint } from '@leti/checkpoint';
import {
  type FcftExample,
  fcftSequences,
  FIRST_CURSOR,
  pretrainingStream,
  type PretrainingStream,
  selectSequences,
  type TrainingSettings,
  type TrainingStep,
  trainingSteps,
} from '@leti/leti';
import { DEFAULT_ADAMW, FineTuner } from '@leti/nn';
import { type SampleSolutionsRequest, Solution } from '@leti/proto';
import { RunNotFoundError } from '@leti/runs';
import { loadTokenizer } from '@leti/tokenizer';
import { resolveRun } from '../resolve-run.ts';
import { createRunSampler } from '../run-sampler.ts';
import { TINY_CHECKPOINT } from './run-fixture.ts';

/* What settings make of fixed inputs: the ways in which the tests of quirks look at a mode. */

const goldenFolder = fileURLToPath(new URL('../../../../test/golden/', import.meta.url));
export const tokenizer = await loadTokenizer(`${goldenFolder}tokenizer-bytes`);

/** Sampled in two pieces whose seam is a merge's, ended by end-of-text. */
export const example: FcftExample = {
  problemId: 'p',
  sampleIndex: 0,
  prompt: 'def f(x):\n    ret',
  text: 'urn x',
  tokenIds: [...tokenizer.encode('urn'), ...tokenizer.encode(' x'), tokenizer.special.eos],
  finishReason: 'eos',
  passed: false,
  feedback: 'NameError',
  parts: [],
};

/** The FCFT sequences of an example. */
export const sequencesOf = (settings: TrainingSettings, fields: Partial<FcftExample> = {}): number[][] =>
  fcftSequences({ ...example, ...fields }, tokenizer, settings.fineTuning).map(({ ids }) => [...ids]);

/** An iteration's steps over eight problems of 64 samples each, of lengths that differ. */
export function stepsOf({ seed, objective, fineTuning, pretrainingMix }: TrainingSettings): TrainingStep[] {
  const problemOf = Array.from({ length: 512 }, (_, index) => Math.floor(index / 64));
  const plan = {
    seed,
    lengths: problemOf.map((problem, index) => 10 + ((problem * 7 + index * 13) % 50)),
    problemOf,
    order: fineTuning.order,
    onlyPretraining: objective === 'pretraining',
    pretrainingCursor: pretrainingMix.cursor,
    fineTuning,
    pretrainingMix,
    cursor: FIRST_CURSOR,
  };
  return [...trainingSteps(plan, 1)];
}

/** FCFT batches of an epoch, as indices of samples. */
export const batchesOf = (settings: TrainingSettings, epoch: number): number[][] =>
  stepsOf(settings).flatMap((step) => (step.kind === 'fcft' && step.epoch === epoch ? [[...step.indices]] : []));

const documents = Array.from({ length: 300 }, (_, i) => `x = ${i}${' + 1'.repeat(i % 5)}\n`);
export const corpusTokens: number = documents.flatMap((text) => tokenizer.encode(text)).length;

/** The pre-training stream over three hundred small documents. */
export function streamOf({ seed, fineTuning, pretrainingMix }: TrainingSettings): PretrainingStream {
  const ids = documents.map((text) => Int32Array.from(tokenizer.encode(text)));
  const corpus = {
    documents: ids.length,
    lengthOf: (document: number) => ids[document]!.length,
    read: (document: number, start: number, end: number) => ids[document]!.slice(start, end),
  };
  const { maxSequenceTokens } = fineTuning;
  return pretrainingStream({ seed, corpus, tokenizer, maxSequenceTokens, form: pretrainingMix });
}

/** The batches of the stream's first passes, as many sequences as all documents make. */
export function passesOf(settings: TrainingSettings, sequences: number): string[][] {
  const stream = streamOf(settings);
  const { batchSize } = settings.pretrainingMix;
  const all = Array.from({ length: (2 * sequences) / batchSize }, (_, index) => stream.batch(index)).flat();
  const texts = all.map((ids) => ids.join(' '));
  return [texts.slice(0, sequences), texts.slice(sequences)];
}

/** What the generator is asked for prompts of 100, 200 and 600 tokens, and which problems get nothing from it. */
export async function requestsOf(settings: TrainingSettings): Promise<{
  readonly asked: readonly { readonly problemIds: readonly string[]; readonly request: SampleSolutionsRequest }[];
  readonly empty: readonly string[];
}> {
  const digest = `sha256:${'0'.repeat(64)}`;
  const requests: SampleSolutionsRequest[] = [];
  const client = {
    loadCheckpoint: async () => ({ checkpoint: { path: TINY_CHECKPOINT, digest } }),
    async *sampleSolutions(request: SampleSolutionsRequest) {
      requests.push(request);
      for (const { problemId } of request.problems) {
        const value = Solution.create({ problemId, text: 'x', finishReason: 3, weightsDigest: digest });
        yield { event: { $case: 'solution' as const, value } };
      }
    },
  };
  const checkpoint = { path: TINY_CHECKPOINT, digest };
  const sampler = await createRunSampler(settings, checkpoint, settings.sampling, { client: client as never });
  const problems = [100, 200, 600].map((length) => ({
    problemId: `p${length}`,
    prompt: 'x'.repeat(length),
    testSetupCode: '',
    tests: ['assert f()'],
  }));
  const request = { iteration: 1, checkpoint, condition: 'none', seed: 1n, problems, samplesPerProblem: 1 } as const;
  const empty: string[] = [];
  for await (const { problem, solutions } of sampler.sample(request, new AbortController().signal))
    if (solutions[0]!.text === '' && solutions[0]!.finishReason === 'length') empty.push(problem.problemId);
  return {
    asked: requests.map((one) => ({ problemIds: one.problems.map(({ problemId }) => problemId), request: one })),
    empty,
  };
}

/** The reference solution of an MBPP problem whose file has CRLF, as a run of the settings gets it. */
export async function referenceOf(settings: TrainingSettings): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'quirks-'));
  const record = {
    task_id: 601,
    text: 'f',
    code: 'def f():\r\n  return',
    test_setup_code: '',
    test_list: ['assert f()'],
  };
  try {
    await mkdir(join(folder, 'mbpp'));
    await writeFile(join(folder, 'mbpp', 'mbpp.jsonl'), JSON.stringify(record));
    const findRun = (id: string) => Promise.reject(new RunNotFoundError(id));
    return (await resolveRun(settings, { dataFolder: folder, findRun })).problems[0]!.referenceSolution;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Loss before, and weights after, two steps on the golden model, with the optimizer that the settings ask for.
 * @param compiled bfloat16 products want recorded graphs, whose recording takes longer than the steps
 */
export async function trained(
  fineTuning: Pick<TrainingSettings['fineTuning'], 'gradientClip' | 'weightPrecision' | 'products'>,
  compiled = false,
): Promise<{ readonly loss: number; readonly weights: readonly number[] }> {
  const { config, weights } = await readCheckpoint(`${goldenFolder}sequences/model`);
  const { gradientClip, weightPrecision, products } = fineTuning;
  const hyperparameters = { ...DEFAULT_ADAMW, ...(gradientClip > 0 && { maxGradientNorm: gradientClip }) };
  const tuner = FineTuner.create({ config, weights, hyperparameters, weightPrecision, products, compiled });
  const sequences = [Int32Array.from({ length: 40 }, (_, i) => (i * 37) % 300), Int32Array.of(5, 6, 7, 8, 9)];
  try {
    const { loss } = tuner.step({ sequences }, { learningRate: 1e-2 });
    tuner.step({ sequences: [sequences[1]!] }, { learningRate: 1e-2 });
    return { loss, weights: [...tuner.weights().values()].flatMap(({ data }) => Array.from(data.subarray(0, 50))) };
  } finally {
    tuner.dispose();
  }
}

/** Whether every number is one that bfloat16 has. */
export const areBfloat16 = (numbers: readonly number[]): boolean =>
  [...new Uint32Array(Float32Array.from(numbers).buffer)].every((bits) => (bits & 0xffff) === 0);

/** Samples that are trained on, of ten of which two are equal and one is good, and an older iteration's two. */
export function selectedOf({ dataset, seed }: TrainingSettings): { readonly kept: number; readonly weights: number } {
  const line = (reward: '<|good|>' | '<|bad|>', id: number) => ({ problemId: 'p', reward, tokenIds: [id] });
  const own = [line('<|good|>', 0), ...[1, 1, 2, 3, 4, 5, 6, 7, 8].map((id) => line('<|bad|>', id))];
  const selected = selectSequences(own, [[line('<|bad|>', 9), line('<|good|>', 9)]], dataset, seed);
  return { kept: selected.length, weights: new Set(selected.map(({ weight }) => weight)).size };
}
