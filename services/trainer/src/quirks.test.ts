import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  fcftSequences,
  MODE_SWITCHES,
  parseTrainingSettings,
  type Quirk,
  QUIRKS,
  stepCounts,
  supervisedSequence,
  type TrainingSettings,
} from '@leti/leti';
import { SPECIAL_TOKENS } from '@leti/tokenizer';
import { describe, expect, test } from 'vitest';
import { loopPlanOf } from './run-course.ts';
import {
  areBfloat16,
  batchesOf,
  corpusTokens,
  example,
  passesOf,
  referenceOf,
  requestsOf,
  selectedOf,
  sequencesOf,
  stepsOf,
  streamOf,
  tokenizer,
  trained,
} from './testing/quirk-observations.ts';

/*
 * Every quirk of docs/modes.md by what it does. A switch is turned alone in fixed mode, and must then do what faithful
 * mode does; what both modes do alike is looked at in both.
 */

type Written = Readonly<Record<string, unknown>>;
type Observe = (settings: TrainingSettings) => unknown;

/** Settings with others over them, section by section. */
function over(below: Written, above: Written): Written {
  const isSection = (value: unknown): value is Written => typeof value === 'object' && !Array.isArray(value);
  const merged = Object.entries(above).map(([key, value]) => {
    const under = below[key];
    return [key, isSection(value) && isSection(under) ? over(under, value) : value];
  });
  return { ...below, ...Object.fromEntries(merged) } as Written;
}
const at = (setting: string, value: unknown): Written =>
  setting.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Written;
const settingsOf = (...written: readonly Written[]): TrainingSettings =>
  parseTrainingSettings(written.reduce(over, { problems: { task: 'micro' }, seed: 3 }));

const MIX = { pretrainingMix: { ratio: 1, corpus: 'micro-corpus', blockTokens: 4, groupDocuments: 7 } };
const SMALL_BATCHES = { pretrainingMix: { batchSize: 30 } };
const { eos } = tokenizer.special;
const oneProblem = (settings: TrainingSettings): boolean =>
  batchesOf(settings, 0).every((batch) => new Set(batch.map((index) => Math.floor(index / 64))).size === 1);
const planOf = (settings: TrainingSettings) => loopPlanOf(settings, [], { path: '', digest: '' });
const goldProblem = { problemId: 'p', prompt: 'P', testSetupCode: '', tests: ['assert f()'], referenceSolution: 'x' };

/** For each switch: what is looked at, and what both modes have besides, so that nothing else differs in it. */
const SWITCHES: Readonly<Record<string, readonly [observe: Observe, ...besides: readonly Written[]]>> = {
  'Q3 totalTokens': [
    async (settings) =>
      (await requestsOf(settings)).asked.map(({ problemIds, request }) => [
        problemIds.filter((id) => id !== 'p600'),
        request.sampling!.maxNewTokens,
      ]),
  ],
  'Q15 fineTuning.order': [
    (settings) => JSON.stringify(batchesOf(settings, 0)) === JSON.stringify(batchesOf(settings, 1)),
    { objective: 'supervised', fineTuning: { batchSize: 64 } },
  ],
  'Q15 fineTuning.supervisedStart': [
    ({ fineTuning }) => [...supervisedSequence(goldProblem, tokenizer, fineTuning).ids],
    { objective: 'supervised' },
  ],
  'Q15 problems.rawGold': [
    referenceOf,
    { objective: 'supervised', problems: { task: 'mbpp' }, validation: { split: '', select: 'last' } },
  ],
  'Q16 fineTuning.endOfText': [(settings) => sequencesOf(settings)[0]!.at(-1) === eos],
  'Q22 fineTuning.solutionTokens': [(settings) => sequencesOf(settings)[0]!.filter((id) => id !== eos)],
  'Q23 fineTuning.maxSequenceTokens': [(settings) => sequencesOf(settings, { feedback: 'é'.repeat(3000) })[0]!.length],
  'Q25 fineTuning.layout': [({ fineTuning }) => fineTuning.layout],
  'Q27 fineTuning.firstTokenLoss': [(settings) => sequencesOf(settings).slice(1)],
  'Q34 fineTuning.order': [
    (settings) => [oneProblem(settings), batchesOf(settings, 0).join() === batchesOf(settings, 1).join()],
    { fineTuning: { batchSize: 64 } },
  ],
  'Q35 fineTuning.order': [oneProblem, { fineTuning: { batchSize: 64 } }],
  'Q44 fineTuning.gradientClip': [
    async ({ fineTuning: { gradientClip } }) =>
      (await trained({ gradientClip, weightPrecision: 'float32', products: 'float32' })).weights,
  ],
  'Q47 fineTuning.batchSize': [(settings) => batchesOf(settings, 0)[0]!.length],
  'Q47 pretrainingMix.batchSize': [(settings) => streamOf(settings).batch(0).length, MIX],
  'Q48 fineTuning.products': [
    async ({ fineTuning: { products } }) =>
      (await trained({ gradientClip: 0, weightPrecision: 'float32', products }, true)).loss,
  ],
  'Q49 fineTuning.weightPrecision': [
    async ({ fineTuning: { weightPrecision } }) =>
      areBfloat16((await trained({ gradientClip: 0, weightPrecision, products: 'float32' })).weights),
  ],
  'Q53 pretrainingMix.heldOutShare': [(settings) => streamOf(settings).heldOut(1000).length > 0, MIX, SMALL_BATCHES],
  'Q54 pretrainingMix.separator': [
    (settings) =>
      streamOf(settings)
        .batch(0)
        .some((ids) => ids.includes(eos)),
    MIX,
    { pretrainingMix: { batchSize: 200 } },
  ],
  'Q55 pretrainingMix.form': [
    (settings) =>
      new Set(
        streamOf(settings)
          .batch(0)
          .map(({ length }) => length),
      ).size === 1,
    MIX,
    SMALL_BATCHES,
  ],
  'Q56 pretrainingMix.form': [
    (settings) => {
      const stream = streamOf(settings);
      const seen = Array.from({ length: 10 }, (_, index) => stream.batch(index)).flat();
      return seen.reduce((sum, { length }) => sum + length, 0) < corpusTokens;
    },
    MIX,
    { pretrainingMix: { batchSize: 30, heldOutShare: 0 } },
  ],
  'Q58 pretrainingMix.cursor': [
    (settings) => stepsOf(settings).flatMap((step) => (step.kind === 'pretraining' ? [step.batch] : [])),
    MIX,
    { fineTuning: { batchSize: 128, epochs: 2 } },
  ],
  'Q59 pretrainingMix.order': [
    (settings) => {
      const [first, second] = passesOf(settings, 300);
      return first!.join() === second!.join();
    },
    MIX,
    { pretrainingMix: { form: 'documents', batchSize: 30, heldOutShare: 0 } },
  ],
  'Q61 validation.samplesPerProblem': [({ validation }) => validation.samplesPerProblem],
  'Q63 totalTokens': [async (settings) => (await requestsOf(settings)).empty],
  'Q65 seedSchedule': [(settings) => [1, 2, 3].map((iteration) => planOf(settings).seedOf(iteration))],
  'Q68 sampling.cleanUpSpaces': [
    async (settings) => (await requestsOf(settings)).asked[0]!.request.sampling!.cleanUpSpaces,
    { fineTuning: { solutionTokens: 'retokenized' } },
  ],
  'Q70 validation.split': [(settings) => planOf(settings).validation !== undefined, { validation: { select: 'last' } }],
  'Q70 validation.select': [({ validation }) => validation.select, { validation: { split: 'validation' } }],
};

/** Where sampled ids go with the text that was run: what faithful mode needs, when one of them is turned alone. */
const WITH: Readonly<Record<string, Written>> = {
  'fineTuning.solutionTokens': { sampling: { cleanUpSpaces: false } },
};

/** Quirks that are the consequence of another's switch. */
const FOLLOWS_FROM: Readonly<Record<string, string>> = { Q35: 'Q34', Q56: 'Q55', Q63: 'Q3' };

const turned = QUIRKS.filter(({ kind }) => kind === 'switch').flatMap(({ id, settings }) =>
  settings!.map((setting) => ({ id, setting, name: `${id} ${setting}` })),
);

describe('a switch', () => {
  test.each(turned)(
    '$name does in fixed mode, turned alone, what faithful mode does',
    async ({ id, setting, name }) => {
      const [observe, ...besides] = SWITCHES[name]!;
      const row = MODE_SWITCHES.find((one) => one.setting === setting && one.id === (FOLLOWS_FROM[id] ?? id));
      const value = row!.faithful;
      const faithful = await observe(settingsOf(...besides, { mode: 'faithful' }));
      const fixed = await observe(settingsOf(...besides, { mode: 'fixed' }));
      const alone = await observe(settingsOf(...besides, { mode: 'fixed' }, at(setting, value), WITH[setting] ?? {}));
      expect(fixed).not.toEqual(faithful);
      expect(alone).toEqual(faithful);
    },
  );
  test('is looked at for every quirk that has one', () => {
    expect(Object.keys(SWITCHES)).toEqual(turned.map(({ name }) => name));
  });
});

/** For each option: what is looked at, what the published system gives, and another choice, which gives another. */
const OPTIONS: Readonly<Record<string, readonly [observe: Observe, published: unknown, other: Written]>> = {
  Q32: [(settings) => selectedOf(settings).kept, 10, at('dataset.deduplicate', 'tokens')],
  Q33: [(settings) => selectedOf(settings).weights, 1, at('dataset.balance', 'weights')],
  Q37: [(settings) => selectedOf(settings).kept, 10, at('dataset.replayWindow', 1)],
  Q43: [
    (settings) => new Set(stepsOf(settings).map(({ learningRate }) => learningRate)).size,
    1,
    at('fineTuning.warmupSteps', 3),
  ],
  Q46: [({ fineTuning }) => fineTuning.recompute, false, at('fineTuning.recompute', true)],
  Q57: [({ pretrainingMix }) => pretrainingMix.blockTokens, 2048, at('pretrainingMix.blockTokens', 1024)],
  Q60: [(settings) => planOf(settings).conditions, { first: 'none', later: 'good' }, at('condition', 'none')],
};

describe('an option', () => {
  const options = QUIRKS.filter(({ kind }) => kind === 'option');
  test.each(options)('$id is off in both modes, and does something when chosen', async ({ id }) => {
    const [observe, published, other] = OPTIONS[id]!;
    for (const mode of ['faithful', 'fixed']) {
      expect(await observe(settingsOf({ mode }))).toEqual(published);
      expect(await observe(settingsOf({ mode }, other))).not.toEqual(published);
    }
  });
  test('is looked at for every quirk that is one', () => {
    expect(Object.keys(OPTIONS)).toEqual(options.map(({ id }) => id));
  });
});

const { good, bad, langFeedback, endLangFeedback } = tokenizer.special;
const whole = (settings: TrainingSettings) => sequencesOf(settings)[0]!;

/** What both modes do: looked at here, or proved in the test that is named. */
const BOTH: Readonly<Record<string, string | readonly [observe: Observe, published: unknown]>> = {
  Q1: [
    () => [SPECIAL_TOKENS.langFeedback, SPECIAL_TOKENS.endLangFeedback],
    ['<|lang_feedback|>', '<|/lang_feedback|>'],
  ],
  Q2: 'libs/checkpoint/src/import/import-checkpoint.test.ts',
  Q4: [
    (settings) =>
      stepsOf(parseTrainingSettings({ ...settings, ...MIX }))
        .slice(0, 4)
        .map(({ kind }) => kind),
    ['fcft', 'pretraining', 'fcft', 'pretraining'],
  ],
  Q12: [(settings) => sequencesOf(settings, { passed: true })[0]!.includes(langFeedback), false],
  Q17: [
    (settings) => whole(settings).slice(0, 2 + tokenizer.encode('NameError').length + 1),
    [bad, langFeedback, ...tokenizer.encode('NameError'), endLangFeedback],
  ],
  Q18: [
    (settings) =>
      whole(settings)
        .slice(whole(settings).indexOf(endLangFeedback) + 1)
        .slice(0, 3),
    tokenizer.encode(example.prompt).slice(0, 3),
  ],
  Q19: [(settings) => sequencesOf(settings, { passed: true })[0]![0], good],
  Q20: 'libs/checkpoint/src/import/import-checkpoint.test.ts',
  Q21: 'libs/checkpoint/src/import/import-checkpoint.test.ts',
  Q24: 'services/trainer/src/sequence-golden.test.ts',
  Q28: [
    ({ fineTuning }) =>
      fcftSequences(example, tokenizer, fineTuning).map(({ lossMask, weight }) => [lossMask, weight])[0],
    [undefined, 1],
  ],
  Q29: 'libs/nn/src/training/batch.test.ts',
  Q30: 'services/trainer/src/sequence-golden.test.ts',
  Q31: 'libs/nn/src/training/engine-options.test.ts',
  Q38: 'libs/leti/src/loop.test.ts',
  Q39: 'services/trainer/src/training-session.test.ts',
  Q40: 'libs/leti/src/loop.test.ts',
  Q41: [
    ({ fineTuning }) => {
      const pretrainingMix = { ratio: 1 };
      const lengths = new Int32Array(374 * 128);
      const plan = { lengths, onlyPretraining: false, pretrainingMix, cursor: { fcftSteps: 0 } };
      const { fcft, pretraining } = stepCounts({ ...plan, fineTuning: { ...fineTuning, epochs: 1, batchSize: 128 } });
      return fcft + pretraining;
    },
    748,
  ],
  Q42: 'libs/nn/src/training/fine-tuner.test.ts',
  Q45: 'services/trainer/src/sequence-golden.test.ts',
  Q52: 'services/trainer/src/corpus/read-corpus.test.ts',
  Q62: [({ sampling: { temperature, topP, topK } }) => [temperature, topP, topK], [1, 1, 0]],
  Q64: 'libs/nn/src/decode/sampler.test.ts',
};

/** What neither mode does, where a test shows it. */
const NEITHER: Readonly<Record<string, string>> = {
  Q26: 'services/trainer/src/sequence-golden.test.ts',
  Q36: 'libs/leti/src/loop.test.ts',
  Q66: 'services/generator/src/generator.test.ts',
  Q69: 'test/programs/feedback-text.test.ts',
};

describe('what both modes do', () => {
  const alike = QUIRKS.filter(({ kind }) => kind === 'both');
  const isThere = (path: string): boolean => existsSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)));
  const looked = alike.filter(({ id }) => typeof BOTH[id] !== 'string');
  test.each(looked)('$id is what the published system does: $published', async ({ id }) => {
    const [observe, published] = BOTH[id] as readonly [Observe, unknown];
    for (const mode of ['faithful', 'fixed']) expect(await observe(settingsOf({ mode }))).toEqual(published);
  });
  test('is looked at, or proved in a test that is there', () => {
    expect(Object.keys(BOTH)).toEqual(alike.map(({ id }) => id));
    const proofs = [...Object.values(BOTH), ...Object.values(NEITHER)].filter((proof) => typeof proof === 'string');
    expect(proofs.filter((path) => !isThere(path))).toEqual([]);
  });
  test('and neither does has its reason', () => {
    const neither = QUIRKS.filter(({ kind }: Quirk) => kind === 'neither');
    expect(neither.map(({ id }) => id)).toEqual(['Q26', 'Q36', 'Q50', 'Q51', 'Q66', 'Q69']);
    for (const { here } of neither) expect(here).not.toBe('');
    const settings = settingsOf({ mode: 'faithful' });
    const spelled = sequencesOf(settings, { feedback: '<|good|>', text: '<|good|>' })[0]!;
    expect(spelled.includes(good)).toBe(false);
  });
});
