import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { initialWeights } from '../initial-weights.ts';
import { InvalidWeightsError, type NamedArrays } from '../named-array.ts';
import { GOLDEN_MODELS, goldenArrays, goldenJson, goldenModel, unpadded, type GoldenBatch } from '../testing/golden.ts';
import '../testing/matchers.ts';
import { tf } from '../tf.ts';
import { DEFAULT_ADAMW } from './adamw.ts';
import type { FineTunerOptions } from './fine-tuner-options.ts';
import { FineTuner } from './fine-tuner.ts';
import { NonFiniteLossError } from './non-finite-loss-error.ts';

interface GoldenTraining {
  readonly batches: readonly GoldenBatch[];
  readonly learning_rate: number;
  readonly clipped: GoldenVariant;
  readonly unclipped: GoldenVariant;
}
interface GoldenVariant {
  readonly clip_norm: number | null;
  readonly losses: readonly number[];
  readonly gradient_norms: readonly number[];
}

const model = goldenModel();
const training = goldenJson<GoldenTraining>('codegen-tiny-training.json');
const batches = training.batches.map(unpadded);
const learningRate = training.learning_rate;

const open: FineTuner[] = [];
function create(options: Partial<FineTunerOptions> = {}): FineTuner {
  const tuner = FineTuner.create({ ...model, hyperparameters: DEFAULT_ADAMW, ...options });
  open.push(tuner);
  return tuner;
}
afterEach(() => {
  for (const tuner of open.splice(0)) tuner.dispose();
});

function bits(arrays: NamedArrays): Record<string, string> {
  return Object.fromEntries([...arrays].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]));
}

describe('FineTuner', () => {
  describe.each(GOLDEN_MODELS)('%s', (name) => {
    test.each([
      ['compiled, unclipped', true, 'unclipped'],
      ['compiled, clipped', true, 'clipped'],
      ['eager, unclipped', false, 'unclipped'],
      ['eager, clipped', false, 'clipped'],
    ] as const)('%s, takes the five steps of torch.optim.AdamW', (_, compiled, variant) => {
      const golden = goldenJson<GoldenTraining>(`${name}-training.json`);
      const { clip_norm: clip, losses, gradient_norms: norms } = golden[variant];
      const hyperparameters = { ...DEFAULT_ADAMW, ...(clip === null ? {} : { maxGradientNorm: clip }) };
      const tuner = create({ ...goldenModel(name), compiled, hyperparameters });
      const results = golden.batches.map(unpadded).map((batch) => tuner.step(batch, { learningRate }));
      expect(results.map((result) => result.loss)).toEqualNumbers(losses, { rtol: 1e-4 });
      expect(results.map((result) => result.gradientNorm)).toEqualNumbers(norms, { rtol: 1e-3 });
      const weights = tuner.weights();
      for (const [array, expected] of goldenArrays(`${name}-adamw-${variant}.safetensors`)) {
        expect(weights.get(array)!.data).toEqualNumbers(expected.data, { rtol: 1e-4, atol: 2e-5 });
      }
    });
  });

  test('gives back the weights and moments it was created with, bit by bit', () => {
    const tuner = create();
    expect(bits(tuner.weights())).toEqual(bits(model.weights));
    tuner.step(batches[0]!, { learningRate });
    const again = create({ weights: tuner.weights(), optimizerState: tuner.optimizerState() });
    expect(bits(again.optimizerState())).toEqual(bits(tuner.optimizerState()));
    expect(again.optimizerState().get('step')!.data[0]).toBe(1);
  });

  test('goes on bit by bit after a save and load in another process', () => {
    const straight = create();
    for (const batch of batches) straight.step(batch, { learningRate });
    const first = create();
    first.step(batches[0]!, { learningRate });
    const script = `
      import { FineTuner, DEFAULT_ADAMW } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
      import { readFileSync } from 'node:fs';
      const decode = (arrays) => new Map(arrays.map(([name, shape, data]) =>
        [name, { shape, data: new Float32Array(new Uint8Array(Buffer.from(data, 'base64')).buffer) }]));
      const job = JSON.parse(readFileSync(0, 'utf8'));
      const tuner = FineTuner.create({ config: job.config, weights: decode(job.weights), optimizerState: decode(job.state), hyperparameters: DEFAULT_ADAMW });
      for (const { sequences, lossMasks } of job.batches)
        tuner.step({ sequences: sequences.map((s) => Int32Array.from(s)), lossMasks: lossMasks.map((m) => Uint8Array.from(m)) }, { learningRate: ${learningRate} });
      const encode = (arrays) => Object.fromEntries([...arrays].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]));
      console.log(JSON.stringify({ weights: encode(tuner.weights()), state: encode(tuner.optimizerState()) }));`;
    const encode = (arrays: NamedArrays): unknown[] =>
      [...arrays].map(([name, { shape, data }]) => [name, shape, Buffer.from(data.buffer).toString('base64')]);
    const job = {
      config: model.config,
      weights: encode(first.weights()),
      state: encode(first.optimizerState()),
      batches: batches
        .slice(1)
        .map((b) => ({ sequences: b.sequences.map((s) => [...s]), lossMasks: b.lossMasks.map((m) => [...m]) })),
    };
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      input: JSON.stringify(job),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    expect(JSON.parse(output)).toEqual({ weights: bits(straight.weights()), state: bits(straight.optimizerState()) });
  });

  test('is bit-equal on sizes where kernels split their work over threads', () => {
    const rotary = { dims: 16, theta: 10000 };
    const config = {
      ...model.config,
      embedDim: 64,
      headDim: 16,
      innerDim: 256,
      vocabSize: 512,
      rotary,
      maxPositions: 128,
    };
    const sequences = Array.from({ length: 8 }, (_, row) =>
      Int32Array.from({ length: 96 + row }, (_, t) => (t * t + row * 7) % 512),
    );
    const [one, two] = [1, 2].map(() => {
      const tuner = create({ config, weights: initialWeights(config, 1) });
      for (let i = 0; i < 5; i++) tuner.step({ sequences }, { learningRate: 1e-3 });
      return bits(tuner.weights());
    });
    expect(one).toEqual(two);
  });

  test('prepares graphs without changing anything', () => {
    const [prepared, plain] = [create(), create()];
    prepared.prepare({ steps: batches, evaluations: batches });
    expect(bits(prepared.weights())).toEqual(bits(model.weights));
    for (const tuner of [prepared, plain]) for (const batch of batches) tuner.step(batch, { learningRate });
    expect(bits(prepared.weights())).toEqual(bits(plain.weights()));
  });

  test('keeps its state when the loss is not finite', () => {
    const weights = new Map(model.weights);
    const huge = { shape: [model.config.vocabSize], data: new Float32Array(model.config.vocabSize).fill(3e38) };
    huge.data[1] = -3e38;
    weights.set('lm_head.bias', huge);
    const tuner = create({ weights });
    const batch = { sequences: [Int32Array.of(2, 1, 1)] };
    expect(() => tuner.step(batch, { learningRate })).toThrow(NonFiniteLossError);
    expect(() => tuner.step(batch, { learningRate })).toThrow('step 1: loss and gradient norm must be finite');
    expect(bits(tuner.weights())).toEqual(bits(weights));
    expect(tuner.optimizerState().get('step')!.data[0]).toBe(0);
    expect(Math.max(...tuner.optimizerState().get('m.lm_head.bias')!.data)).toBe(0);
  });

  test('learns a sequence by heart, and evaluateLoss agrees with the loss before a step', () => {
    const tuner = create();
    const batch = { sequences: [Int32Array.of(5, 9, 13, 17, 21, 25, 29)] };
    const before = tuner.evaluateLoss(batch);
    const first = tuner.step(batch, { learningRate: 1e-2 });
    expect(before.tokens).toBe(6);
    expect(first.loss).toBeCloseTo(before.loss, 5);
    for (let i = 0; i < 40; i++) tuner.step(batch, { learningRate: 1e-2 });
    expect(tuner.evaluateLoss(batch).loss).toBeLessThan(0.05);
  });

  test('the loss of a batch is the token-weighted mean of its parts, whatever the padding', () => {
    const tuner = create();
    const [short, long] = [Int32Array.from([6, 7, 8]), Int32Array.from({ length: 50 }, (_, i) => (i * 11) % 64)];
    const [a, b, both] = [[short], [long], [short, long, Int32Array.of(9)]].map((sequences) =>
      tuner.evaluateLoss({ sequences }),
    );
    expect(both!.tokens).toBe(a!.tokens + b!.tokens);
    expect(both!.loss).toBeCloseTo((a!.loss * a!.tokens + b!.loss * b!.tokens) / both!.tokens, 5);
  });

  describe.each(GOLDEN_MODELS)('packed, %s', (name) => {
    const golden = goldenJson<GoldenTraining>(`${name}-training.json`);
    // More sequences than rows: each golden batch's twice, and some of one token, which hold no target.
    const mixed = golden.batches.map(unpadded).map(({ sequences, lossMasks }) => ({
      sequences: [...sequences, Int32Array.of(7), ...sequences.map((sequence) => sequence.slice(2))],
      lossMasks: [...lossMasks, Uint8Array.of(1), ...lossMasks.map((mask) => mask.slice(2))],
    }));

    test.each([true, false])('takes the same steps as padded (compiled: %s)', (compiled) => {
      const [packed, padded] = (['packed', 'padded'] as const).map((layout) => {
        const tuner = create({ ...goldenModel(name), compiled, layout });
        const evaluated = mixed.map((batch) => tuner.evaluateLoss(batch));
        const steps = mixed.map((batch) => tuner.step(batch, { learningRate }));
        return { results: [...evaluated, ...steps], weights: tuner.weights() };
      });
      expect(packed!.results.map(({ tokens }) => tokens)).toEqual(padded!.results.map(({ tokens }) => tokens));
      expect(packed!.results.map(({ loss }) => loss)).toEqualNumbers(
        padded!.results.map(({ loss }) => loss),
        { rtol: 1e-5 },
      );
      for (const [array, { data }] of padded!.weights) {
        expect(packed!.weights.get(array)!.data).toEqualNumbers(data, { rtol: 1e-4, atol: 2e-5 });
      }
    });
  });

  test('learns with products in bfloat16 as well, a little less exactly', () => {
    const [half, whole] = (['bfloat16', 'float32'] as const).map((products) => {
      const tuner = create({ products });
      return Array.from({ length: 20 }, () => tuner.step(batches[0]!, { learningRate: 3e-3 }).loss);
    });
    expect(half!).toEqualNumbers(whole!, { rtol: 0.03 });
    expect(half![0]).not.toBe(whole![0]);
    expect(half![19]!).toBeLessThan(half![0]! / 2);
    expect(() => create({ products: 'bfloat16', compiled: false })).toThrow(
      'products must be float32 where compiled is false, got bfloat16',
    );
  });

  test('counts only the targets that the loss masks keep', () => {
    const tuner = create();
    const sequence = Int32Array.of(5, 6, 7, 8);
    const loss = (mask: number[]): number =>
      tuner.evaluateLoss({ sequences: [sequence], lossMasks: [Uint8Array.from(mask)] }).loss;
    const [first, second, third] = [
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ].map(loss);
    expect(loss([0, 1, 1, 1])).toBeCloseTo((first! + second! + third!) / 3, 5);
    expect(loss([1, 0, 1, 0])).toBeCloseTo(second!, 5); // nothing predicts the first token
  });

  describe('refuses', () => {
    const two = [Int32Array.of(1, 2), Int32Array.of(3, 4)];
    test.each<[string, Parameters<FineTuner['step']>[0], RegExp]>([
      ['an empty batch', { sequences: [] }, /at least one sequence/],
      ['no kept target', { sequences: two, lossMasks: two.map(() => new Uint8Array(2)) }, /keep at least one target/],
      [
        'an unknown id',
        { sequences: [Int32Array.of(1, 64)] },
        /sequences\[0\]\[1\] must be a token id below 64, got 64/,
      ],
      ['a sequence that is too long', { sequences: [new Int32Array(65)] }, /at most 64 tokens, got 65/],
      [
        'a mask of another length',
        { sequences: two, lossMasks: [new Uint8Array(2), new Uint8Array(3)] },
        /lossMasks\[1\] must have 2 entries, got 3/,
      ],
      ['too few masks', { sequences: two, lossMasks: [new Uint8Array(2)] }, /lossMasks must hold 2 masks, got 1/],
      [
        'a mask with other numbers',
        { sequences: [two[0]!], lossMasks: [Uint8Array.of(0, 2)] },
        /lossMasks\[0\]\[1\] must be 0 or 1, got 2/,
      ],
      ['too few weights', { sequences: two, sequenceWeights: [1] }, /sequenceWeights must hold 2 weights, got 1/],
      [
        'a negative weight',
        { sequences: two, sequenceWeights: [1, -1] },
        /sequenceWeights\[1\] must be finite and at least 0, got -1/,
      ],
      ['weights of nothing but 0', { sequences: two, sequenceWeights: [0, 0] }, /keep at least one target/],
    ])('%s', (_, batch, message) => {
      expect(() => create({ compiled: false }).step(batch, { learningRate })).toThrow(message);
    });

    test('weights and settings that do not fit', () => {
      const without = new Map(model.weights);
      without.delete('lm_head.bias');
      expect(() => create({ weights: without })).toThrow(InvalidWeightsError);
      expect(() => create({ weights: without })).toThrow('lm_head.bias [64] is missing');
      const extra = new Map(model.weights).set('transformer.h.9.ln_1.bias', { shape: [1], data: new Float32Array(1) });
      expect(() => create({ weights: extra })).toThrow('transformer.h.9.ln_1.bias is not a weight of this model');
      const mask = new Map(model.weights).set('transformer.h.0.attn.causal_mask', {
        shape: [1],
        data: new Float32Array(1),
      });
      expect(() => create({ weights: mask })).not.toThrow();
      expect(() => create({ optimizerState: new Map() })).toThrow('step [] is missing');
      expect(() => create({ hyperparameters: { ...DEFAULT_ADAMW, beta1: 1 } })).toThrow(
        'beta1 must be in [0, 1), got 1',
      );
      expect(() => create().step(batches[0]!, { learningRate: NaN })).toThrow('learningRate must be finite');
    });
  });

  test.each([true, false])('frees every tensor (compiled: %s)', (compiled) => {
    const run = (): void => {
      const tuner = FineTuner.create({ ...model, hyperparameters: DEFAULT_ADAMW, compiled });
      for (const batch of batches) tuner.step(batch, { learningRate });
      tuner.evaluateLoss(batches[0]!);
      tuner.weights();
      tuner.optimizerState();
      tuner.dispose();
      tuner.dispose();
    };
    expect(run).toAllocate(0);
    const tuner = create({ compiled });
    tuner.step(batches[0]!, { learningRate });
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) tuner.step(batches[0]!, { learningRate });
    expect(tf.memory().numTensors).toBe(before);
  });
});
