import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCheckpoint } from '@leti/checkpoint';
import {
  type FcftExample,
  fcftSequences,
  type Mode,
  MODES,
  parseTrainingSettings,
  pretrainingStream,
  type SequenceOptions,
  supervisedSequence,
} from '@leti/leti';
import { DEFAULT_ADAMW, FineTuner, type FineTunerOptions } from '@leti/nn';
import { cleanUpSpaces, loadTokenizer } from '@leti/tokenizer';
import { describe, expect, test } from 'vitest';

/* Both modes against test/golden/make_sequence_golden.py, which knows nothing of LETI. */

interface Golden {
  readonly problems: readonly {
    readonly id: string;
    readonly prompt: string;
    readonly gold: string;
    readonly supervised: Readonly<Record<Mode, readonly number[]>>;
  }[];
  readonly samples: readonly {
    readonly problem: number;
    readonly sample_index: number;
    readonly token_ids: readonly number[];
    readonly finish_reason: 'eos' | 'length';
    readonly passed: boolean;
    readonly feedback: string;
    readonly text: string;
    readonly cleaned_text: string;
  }[];
  readonly max_tokens: Readonly<Record<Mode, number>>;
  readonly cut: number;
  readonly learning_rate: number;
  readonly weight_decay: number;
  readonly clip_norm: number;
  readonly pretraining: {
    readonly documents: readonly string[];
    readonly group: number;
    readonly block: number;
    readonly batch: number;
    readonly blocks: readonly (readonly number[])[];
  };
  readonly faithful: GoldenMode & { readonly bfloat16_losses: readonly number[] };
  readonly fixed: GoldenMode;
}
interface GoldenMode {
  readonly sequences: readonly (readonly number[])[];
  readonly cut_sequences: readonly (readonly number[])[];
  readonly binary_sequences: readonly (readonly number[])[];
  readonly batches: readonly (readonly number[])[];
  readonly losses: readonly number[];
  readonly losses_without_first_token: readonly number[];
}

const folder = fileURLToPath(new URL('../../../test/golden/sequences/', import.meta.url));
const golden = JSON.parse(readFileSync(`${folder}sequences.json`, 'utf8')) as Golden;
const tokenizer = await loadTokenizer(`${folder}model`);
const settingsOf = (mode: Mode) => parseTrainingSettings({ problems: { task: 'mbpp' }, mode });

/** A sample as the mode's settings have it executed: the text is cleaned up or as it was. */
function exampleOf(mode: Mode, index: number): FcftExample {
  const { problem, sample_index, token_ids, finish_reason, text, cleaned_text, ...rest } = golden.samples[index]!;
  const { id, prompt } = golden.problems[problem]!;
  return {
    ...rest,
    problemId: id,
    sampleIndex: sample_index,
    prompt,
    text: settingsOf(mode).sampling.cleanUpSpaces ? cleaned_text : text,
    tokenIds: token_ids,
    finishReason: finish_reason,
    parts: [],
  };
}

const sequencesOf = (mode: Mode, index: number, options: Partial<SequenceOptions> = {}): readonly Int32Array[] =>
  fcftSequences(exampleOf(mode, index), tokenizer, { ...settingsOf(mode).fineTuning, ...options }).map(
    ({ ids }) => ids,
  );
const wholeOf = (mode: Mode, options: Partial<SequenceOptions> = {}): number[][] =>
  golden.samples.map((_, index) => [...sequencesOf(mode, index, options)[0]!]);

test('decoded samples are cleaned up as the published system cleans them', () => {
  for (const { text, cleaned_text } of golden.samples) expect(cleanUpSpaces(text)).toBe(cleaned_text);
});

describe.each(MODES)('sequences in mode %s', (mode) => {
  const wanted = golden[mode];
  test('have the ids of the maker', () => {
    expect(settingsOf(mode).fineTuning.maxSequenceTokens).toBe(golden.max_tokens[mode]);
    expect(wholeOf(mode)).toEqual(wanted.sequences);
  });
  test('are cut where the maker cuts them', () => {
    expect(wholeOf(mode, { maxSequenceTokens: golden.cut })).toEqual(wanted.cut_sequences);
  });
  test('are the binary-only ones of the maker', () => {
    expect(wholeOf(mode, { binaryOnly: true })).toEqual(wanted.binary_sequences);
  });
  test('of the supervised baseline have the ids of the maker', () => {
    const { problems, fineTuning } = settingsOf(mode);
    const raw = 'rawGold' in problems && problems.rawGold;
    for (const { id, prompt, gold, supervised } of golden.problems) {
      const referenceSolution = raw ? gold : gold.replaceAll('\r\n', '\n');
      const problem = { problemId: id, prompt, testSetupCode: '', tests: ['assert f()'], referenceSolution };
      expect([...supervisedSequence(problem, tokenizer, fineTuning).ids]).toEqual(supervised[mode]);
    }
  });
});

test('the pre-training stream of faithful mode has the blocks of the maker, again in each pass', () => {
  const { documents, group, block, batch, blocks } = golden.pretraining;
  const { seed, fineTuning, pretrainingMix } = parseTrainingSettings({
    problems: { task: 'mbpp' },
    mode: 'faithful',
    pretrainingMix: { batchSize: batch, blockTokens: block, groupDocuments: group, heldOutShare: 0 },
  });
  const ids = documents.map((text) => Int32Array.from(tokenizer.encode(text)));
  const stream = pretrainingStream({
    seed,
    corpus: {
      documents: ids.length,
      lengthOf: (document) => ids[document]!.length,
      read: (document, start, end) => ids[document]!.slice(start, end),
    },
    tokenizer,
    maxSequenceTokens: fineTuning.maxSequenceTokens,
    form: pretrainingMix,
  });
  const got = Array.from({ length: (2 * blocks.length) / batch }, (_, index) => stream.batch(index)).flat();
  expect(got.map((sequence) => [...sequence])).toEqual([...blocks, ...blocks]);
});

/** Losses before each of the maker's steps. */
async function lossesOf(mode: Mode, options: Partial<FineTunerOptions> = {}): Promise<number[]> {
  const { config, weights } = await readCheckpoint(`${folder}model`);
  const clip = settingsOf(mode).fineTuning.gradientClip;
  const tuner = FineTuner.create({
    config,
    weights,
    hyperparameters: {
      ...DEFAULT_ADAMW,
      weightDecay: golden.weight_decay,
      ...(clip > 0 && { maxGradientNorm: clip }),
    },
    ...options,
  });
  try {
    return golden[mode].batches.map((batch) => {
      const sequences = batch.flatMap((index) => sequencesOf(mode, index));
      return tuner.step({ sequences }, { learningRate: golden.learning_rate }).loss;
    });
  } finally {
    tuner.dispose();
  }
}

/** Greatest relative difference of numbers in pairs. */
function differenceOf(got: readonly number[], wanted: readonly number[]): number {
  return got.length === wanted.length ? Math.max(...got.map((value, i) => Math.abs(value / wanted[i]! - 1))) : Infinity;
}

describe('losses', () => {
  test.each(MODES)('in mode %s are those of the maker before each of three AdamW steps', async (mode) => {
    expect(differenceOf(await lossesOf(mode), golden[mode].losses)).toBeLessThan(1e-4);
  });
  test('are the same with sequences packed into rows', async () => {
    expect(differenceOf(await lossesOf('fixed', { layout: 'packed' }), golden.fixed.losses)).toBeLessThan(1e-4);
  });
  test('with weights kept in bfloat16 alone are those of the maker', async () => {
    expect(
      differenceOf(await lossesOf('faithful', { weightPrecision: 'bfloat16' }), golden.faithful.bfloat16_losses),
    ).toBeLessThan(1e-4);
  });
  test('without the first token as a target are those of the maker', async () => {
    const { config, weights } = await readCheckpoint(`${folder}model`);
    const tuner = FineTuner.create({ config, weights, hyperparameters: DEFAULT_ADAMW });
    const got = golden.faithful.batches.map((batch) => {
      const sequences = batch.flatMap((index) => sequencesOf('faithful', index, { firstTokenLoss: false }));
      return tuner.evaluateLoss({ sequences }).loss;
    });
    tuner.dispose();
    expect(differenceOf(got, golden.faithful.losses_without_first_token)).toBeLessThan(1e-4);
  });
});
