import { afterEach, describe, expect, test } from 'vitest';
import { DeviceMemoryError } from '../device-memory-error.ts';
import { initialWeights } from '../initial-weights.ts';
import type { NamedArrays } from '../named-array.ts';
import { goldenArrays, goldenJson, goldenModel, unpadded, type GoldenBatch } from '../testing/golden.ts';
import '../testing/matchers.ts';
import { smallCodegen } from '../testing/small-config.ts';
import { tf } from '../tf.ts';
import { DEFAULT_ADAMW } from './adamw.ts';
import type { TrainingBatch } from './batch.ts';
import type { DistillationPair } from './distillation-batch.ts';
import type { FineTunerOptions } from './fine-tuner-options.ts';
import { FineTuner } from './fine-tuner.ts';
import { NonFiniteLossError } from './non-finite-loss-error.ts';

/** Of either architecture, and with every option that training treats apart: biases, a tied head. */
const ENGINE_MODELS = ['codegen-tiny', 'qwen2-tiny'] as const;

interface Results {
  readonly losses: readonly number[];
  readonly gradient_norms: readonly number[];
}
interface GoldenEngine extends Readonly<Record<'weighted' | 'bfloat16' | 'distilled' | 'distilled_top', Results>> {
  readonly learning_rate: number;
  readonly batches: readonly GoldenBatch[];
  readonly sequence_weights: readonly (readonly number[])[];
  readonly pairs: readonly (readonly { student: number[]; teacher: number[]; length: number }[])[];
}
type GoldenName = (typeof ENGINE_MODELS)[number];

const learningRate = 1e-3;
const open: FineTuner[] = [];
function create(options: Partial<FineTunerOptions> = {}, name: GoldenName = 'codegen-tiny'): FineTuner {
  const tuner = FineTuner.create({ ...goldenModel(name), hyperparameters: DEFAULT_ADAMW, ...options });
  open.push(tuner);
  return tuner;
}
afterEach(() => {
  for (const tuner of open.splice(0)) tuner.dispose();
});

function goldenBatches(name: GoldenName): TrainingBatch[] {
  return goldenJson<{ batches: GoldenBatch[] }>(`${name}-training.json`).batches.map(unpadded);
}
function goldenPairs(name: GoldenName): DistillationPair[][] {
  return goldenJson<GoldenEngine>(`${name}-engine.json`).pairs.map((batch) =>
    batch.map(({ student, teacher, length }) => {
      return { student: Int32Array.from(student), teacher: Int32Array.from(teacher), length };
    }),
  );
}
function bits(arrays: NamedArrays): Record<string, string> {
  return Object.fromEntries([...arrays].map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]));
}
function expectClose(actual: NamedArrays, expected: NamedArrays): void {
  for (const [name, { data }] of expected) {
    expect(actual.get(name)!.data, name).toEqualNumbers(data, { rtol: 1e-4, atol: 2e-5 });
  }
}
function expectResults(results: readonly { loss: number; gradientNorm: number }[], golden: Results, rtol = 1e-4): void {
  expect(results.map(({ loss }) => loss)).toEqualNumbers(golden.losses, { rtol });
  expect(results.map(({ gradientNorm }) => gradientNorm)).toEqualNumbers(golden.gradient_norms, { rtol: 1e-3 });
}

/** Kept targets of the sequences whose weight is not 0. */
function keptTokens(batches: readonly TrainingBatch[], weights: GoldenEngine['sequence_weights']): number[] {
  return batches.map(({ lossMasks }, batch) =>
    lossMasks!.reduce(
      (sum, mask, i) => sum + (weights[batch]![i]! > 0 ? mask.filter((bit) => bit === 1).length : 0),
      0,
    ),
  );
}

/** Five sequences of 1 to 20 tokens with masks and weights: more rows than micro-batches have. */
function mixedBatches(name: GoldenName): TrainingBatch[] {
  return goldenBatches(name).map(({ sequences, lossMasks }, i) => ({
    sequences: [...sequences, Int32Array.of(7), ...sequences.map((sequence) => sequence.slice(2))],
    lossMasks: [...lossMasks!, Uint8Array.of(1), ...lossMasks!.map((mask) => mask.slice(2))],
    sequenceWeights: [1, 2, 1, i + 0.5, 0],
  }));
}

describe.each(ENGINE_MODELS)("%s takes PyTorch's steps", (name) => {
  const golden = goldenJson<GoldenEngine>(`${name}-engine.json`);
  const batches = golden.batches.map(unpadded);

  test.each([true, false])('with weighted sequences (compiled: %s)', (compiled) => {
    const tuner = create({ compiled }, name);
    const results = batches.map((batch, i) =>
      tuner.step({ ...batch, sequenceWeights: golden.sequence_weights[i]! }, { learningRate }),
    );
    expect(results.map(({ tokens }) => tokens)).toEqual(keptTokens(batches, golden.sequence_weights));
    expectResults(results, golden.weighted);
    expectClose(tuner.weights(), goldenArrays(`${name}-adamw-weighted.safetensors`));
  });

  test.each([true, false])('with weights in bfloat16 (compiled: %s)', (compiled) => {
    const tuner = create({ compiled, weightPrecision: 'bfloat16' }, name);
    const results = batches.map((batch) => tuner.step(batch, { learningRate }));
    expectResults(results, golden.bfloat16, 1e-3);
    const weights = tuner.weights();
    let [odd, count] = [0, 0];
    for (const [array, { data }] of goldenArrays(`${name}-adamw-bfloat16.safetensors`)) {
      const actual = weights.get(array)!.data;
      expect(actual, array).toEqualNumbers(data, { rtol: 2 ** -7, atol: 1e-6 });
      odd += actual.reduce((sum, value, i) => sum + (value === data[i] ? 0 : 1), 0);
      count += data.length;
    }
    expect(odd / count).toBeLessThan(1e-3);
  });

  test.each([true, false])('of self-distillation (compiled: %s)', (compiled) => {
    const tuner = create({ compiled }, name);
    const results = goldenPairs(name).map((pairs) => tuner.distillStep({ pairs }, { learningRate }));
    expectResults(results, golden.distilled);
    expect(results.map(({ tokens }) => tokens)).toEqual([8, 8, 15]);
    expectClose(tuner.weights(), goldenArrays(`${name}-adamw-distilled.safetensors`));
  });

  test('of self-distillation that tells five tokens apart', () => {
    const tuner = create({}, name);
    const results = goldenPairs(name).map((pairs) => tuner.distillStep({ pairs, topK: 5 }, { learningRate }));
    expect(results).toHaveLength(3);
    expectResults(results, golden.distilled_top);
  });
});

describe.each(ENGINE_MODELS)('%s in micro-batches', (name) => {
  test.each([
    ['padded', true],
    ['padded', false],
    ['packed', true],
  ] as const)('takes the same steps as at once (%s, compiled: %s)', (layout, compiled) => {
    const [cut, whole] = [{ microBatchSize: 2 }, {}].map((options) => {
      const tuner = create({ layout, compiled, ...options }, name);
      const results = mixedBatches(name).map((batch) => tuner.step(batch, { learningRate }));
      return { results, evaluated: tuner.evaluateLoss(mixedBatches(name)[0]!), weights: tuner.weights() };
    });
    expect(cut!.results.map(({ tokens }) => tokens)).toEqual(whole!.results.map(({ tokens }) => tokens));
    for (const key of ['loss', 'gradientNorm'] as const) {
      expect(cut!.results.map((result) => result[key])).toEqualNumbers(whole!.results.map((result) => result[key]), { rtol: 1e-4 }); // prettier-ignore
    }
    expect(cut!.evaluated.loss).toBeCloseTo(whole!.evaluated.loss, 4);
    expectClose(cut!.weights, whole!.weights);
  });

  test.each([true, false])('or with blocks computed again, takes the same steps (compiled: %s)', (compiled) => {
    const variants: Partial<FineTunerOptions>[] = [
      { recompute: true },
      { recompute: true, microBatchSize: 2 },
      { recompute: true, layout: 'packed' },
      {},
    ];
    const [again, cut, packed, plain] = variants.map((options) => {
      const tuner = create({ compiled, ...options }, name);
      const losses = mixedBatches(name).map((batch) => tuner.step(batch, { learningRate }).loss);
      return { losses, weights: tuner.weights() };
    });
    for (const variant of [again!, cut!, packed!]) {
      expect(variant.losses).toEqualNumbers(plain!.losses, { rtol: 1e-5 });
      expectClose(variant.weights, plain!.weights);
    }
  });
});

describe('micro-batches', () => {
  test('give the same bits each time', () => {
    const config = smallCodegen({ numLayers: 2, embedDim: 64, numHeads: 4, innerDim: 256, vocabSize: 512, maxPositions: 128 }); // prettier-ignore
    const sequences = Array.from({ length: 10 }, (_, row) =>
      Int32Array.from({ length: 40 + 8 * row }, (_, t) => (t * t + row * 7) % 512),
    );
    const [one, two] = [1, 2].map(() => {
      const tuner = create({ config, weights: initialWeights(config, 1), microBatchSize: 4, recompute: true });
      for (let i = 0; i < 3; i++) tuner.step({ sequences }, { learningRate });
      return bits(tuner.weights());
    });
    expect(one).toEqual(two);
  });

  test('leave a batch that is not larger to the bit', () => {
    const batch = goldenBatches('codegen-tiny')[0]!;
    const [cut, whole] = [{ microBatchSize: 2 }, {}].map((options) => {
      const tuner = create(options);
      tuner.step(batch, { learningRate });
      return bits(tuner.weights());
    });
    expect(cut).toEqual(whole);
  });

  test('start over after a step that was not taken', () => {
    const good = mixedBatches('codegen-tiny')[0]!;
    const bad = { sequences: [Int32Array.of(2, 7), ...good.sequences] };
    const { weights } = goldenModel();
    const table = weights.get('transformer.wte.weight')!;
    const data = table.data.slice().fill(NaN, 2 * table.shape[1]!, 3 * table.shape[1]!); // of token 2
    const broken = new Map(weights).set('transformer.wte.weight', { ...table, data });
    const [straight, stumbling] = [1, 2].map(() => create({ microBatchSize: 2, weights: broken }));
    expect(() => stumbling!.step(bad, { learningRate })).toThrow(NonFiniteLossError);
    expect(stumbling!.optimizerState().get('step')!.data[0]).toBe(0);
    for (const tuner of [straight!, stumbling!]) tuner.step(good, { learningRate });
    expect(bits(stumbling!.weights())).toEqual(bits(straight!.weights()));
  });

  test.each([0, 1.5, -1])('of %s rows are refused', (microBatchSize) => {
    expect(() => create({ microBatchSize })).toThrow('microBatchSize must be an integer of at least 1');
  });
});

describe('weights in bfloat16', () => {
  test('are rounded from the start, moments are not, and small changes are lost', () => {
    const { weights } = goldenModel();
    const tuner = create({ weightPrecision: 'bfloat16' });
    const rounded = tuner.weights();
    const isRounded = ({ data }: { data: Float32Array }): boolean =>
      new Uint16Array(data.buffer).every((half, i) => i % 2 === 1 || half === 0);
    expect([...rounded.values()].every(isRounded)).toBe(true);
    expect([...weights.values()].every(isRounded)).toBe(false);
    tuner.step(goldenBatches('codegen-tiny')[0]!, { learningRate: 1e-5 });
    expect([...tuner.weights().values()].every(isRounded)).toBe(true);
    expect([...tuner.optimizerState().values()].every(isRounded)).toBe(false);
    const norm = 'transformer.ln_f.weight'; // about 1, whose last bit is 1/128
    expect(bits(tuner.weights())[norm]).toBe(bits(rounded)[norm]);
  });

  test('go on bit by bit from what was saved', () => {
    const [first, ...rest] = goldenBatches('codegen-tiny') as [TrainingBatch, ...TrainingBatch[]];
    const straight = create({ weightPrecision: 'bfloat16' });
    straight.step(first, { learningRate });
    const state = { weights: straight.weights(), optimizerState: straight.optimizerState() };
    const resumed = create({ ...state, weightPrecision: 'bfloat16' });
    for (const tuner of [straight, resumed]) for (const batch of rest) tuner.step(batch, { learningRate });
    expect(bits(resumed.weights())).toEqual(bits(straight.weights()));
  });

  test('keep their values when the loss is not finite', () => {
    const { weights } = goldenModel();
    const head = weights.get('lm_head.bias')!;
    const data = head.data.slice().fill(3e38);
    data[1] = -3e38;
    const tuner = create({ weightPrecision: 'bfloat16', weights: new Map(weights).set('lm_head.bias', { ...head, data }) }); // prettier-ignore
    const before = bits(tuner.weights());
    expect(() => tuner.step({ sequences: [Int32Array.of(2, 1, 1)] }, { learningRate })).toThrow(NonFiniteLossError);
    expect(bits(tuner.weights())).toEqual(before);
  });
});

describe('distillStep', () => {
  const pairs = goldenPairs('codegen-tiny').flat();

  test.each([
    ['in micro-batches', { microBatchSize: 2 }],
    ['with blocks computed again', { recompute: true }],
  ])('is the same %s', (_, options) => {
    const [variant, plain] = [options, {}].map((extra) => {
      const tuner = create(extra);
      return { results: [tuner.distillStep({ pairs }, { learningRate })], weights: tuner.weights() };
    });
    expect(variant!.results[0]!.loss).toBeCloseTo(plain!.results[0]!.loss, 5);
    expectClose(variant!.weights, plain!.weights);
  });

  test('multiplies loss and gradient by the weight', () => {
    const [half, one] = [{ weight: 0.5 }, {}].map((extra) =>
      create().distillStep({ pairs, ...extra }, { learningRate }),
    );
    expect(half!.loss).toBeCloseTo(one!.loss / 2, 5);
    expect(half!.gradientNorm).toBeCloseTo(one!.gradientNorm / 2, 5);
  });

  test('changes nothing where teacher and student see the same', () => {
    const tuner = create({ hyperparameters: { ...DEFAULT_ADAMW, weightDecay: 0 } });
    const { student, length } = pairs[0]!;
    const result = tuner.distillStep({ pairs: [{ student, teacher: student, length }] }, { learningRate });
    expect(result.loss).toBeCloseTo(0, 6);
    expect(result.gradientNorm).toBeCloseTo(0, 4);
  });

  test('brings the student to what the teacher says', () => {
    const tuner = create();
    const losses = Array.from({ length: 30 }, () => tuner.distillStep({ pairs }, { learningRate: 3e-3 }).loss);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
  });

  const [ids, other] = [Int32Array.of(5, 6, 7, 8), Int32Array.of(9, 6, 7, 9)];
  test.each<[string, readonly DistillationPair[], string]>([
    ['no pair', [], 'pairs must hold at least one pair'],
    ['a solution of no token', [{ student: ids, teacher: ids, length: 0 }], 'length must be an integer in [1, 3], got 0'],
    ['nothing before it', [{ student: ids, teacher: ids, length: 4 }], 'length must be an integer in [1, 3], got 4'],
    ['different solutions', [{ student: ids, teacher: other, length: 2 }], 'must end in the same 2 tokens, got 8 and 9 as number 1'],
    ['an unknown id', [{ student: Int32Array.of(5, 64), teacher: ids, length: 1 }], 'pairs[0].student[1] must be a token id below 64'],
  ])('refuses %s', (_, refused, message) => {
    expect(() => create({ compiled: false }).distillStep({ pairs: refused }, { learningRate })).toThrow(message);
  }); // prettier-ignore
});

test('a step without room is refused before anything is computed', () => {
  const tuner = create({ memoryBytes: 2 ** 20 });
  const batch = { sequences: [new Int32Array(60).fill(3)] };
  const calls = [
    () => tuner.step(batch, { learningRate }),
    () => tuner.prepare({ steps: [batch] }),
    () => tuner.evaluateLoss(batch),
  ];
  for (const call of calls) expect(call).toThrow(DeviceMemoryError);
  expect(calls[0]).toThrow(/a training step of 1 × 64 tokens at a time \(.* MiB of weights, .*\) needs .* MiB, got a memory setting of 1.00 MiB/); // prettier-ignore
});

test.each([true, false])('every tensor is freed (compiled: %s)', (compiled) => {
  const batch = mixedBatches('codegen-tiny')[0]!;
  const [pairs] = goldenPairs('codegen-tiny');
  const options = { ...goldenModel(), hyperparameters: DEFAULT_ADAMW, compiled };
  const variants: Partial<FineTunerOptions>[] = [
    { microBatchSize: 2, recompute: true },
    { weightPrecision: 'bfloat16', microBatchSize: 1 },
  ];
  for (const variant of variants) {
    expect(() => {
      const tuner = FineTuner.create({ ...options, ...variant });
      tuner.prepare({ steps: [batch], distillations: [{ pairs: pairs! }], evaluations: [batch] });
      tuner.step(batch, { learningRate });
      tuner.distillStep({ pairs: pairs! }, { learningRate });
      tuner.evaluateLoss(batch);
      tuner.dispose();
    }).toAllocate(0);
    const tuner = create({ compiled, ...variant });
    tuner.step(batch, { learningRate });
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) tuner.step(batch, { learningRate });
    expect(tf.memory().numTensors).toBe(before);
  }
});
