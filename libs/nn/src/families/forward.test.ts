import { describe, expect, test } from 'vitest';
import { CompiledGraph } from '../compile/compiled-graph.ts';
import { int32 } from '../compile/dtype.ts';
import type { Packing } from '../layers/attention-plan.ts';
import { maskedCrossEntropy } from '../layers/masked-cross-entropy.ts';
import { GOLDEN_MODELS, goldenArrays, goldenJson, goldenModel, type Golden } from '../testing/golden.ts';
import '../testing/matchers.ts';
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts';
import { forward } from './forward.ts';
import { parametersOf } from './model-families.ts';
import { modelTensors } from './model-tensors.ts';
import { toFile } from './parameter.ts';

const CLOSE = { rtol: 1e-4, atol: 1e-5 };

describe.each(GOLDEN_MODELS)('%s', (name) => {
  const { config, weights } = goldenModel(name);
  const golden = goldenJson<Golden>(`${name}.json`);
  const parameters = parametersOf(config);
  const tensors = modelTensors(config, weights);
  const [B, T] = [golden.input_ids.length, golden.input_ids[0]!.length];
  const ids = tf.tensor1d(golden.input_ids.flat(), 'int32');
  const lengths = golden.attention_mask.map((row) => row.reduce((sum, bit) => sum + bit, 0));

  /** Positions that hold a token; what the model says at padding means nothing. */
  const keptPositions = golden.attention_mask.flat().flatMap((bit, i) => (bit === 1 ? [i] : []));
  const keptLogits = (logits: Tensor): Tensor => tf.gather(logits, tf.tensor1d(keptPositions, 'int32'));
  const expected = keptLogits(tf.tensor2d(golden.logits.flat() as number[][]));

  test('gives the logits of transformers', () => {
    expect(keptLogits(forward(config, tensors, ids, B))).toEqualNumbers(expected, CLOSE);
  });

  test('gives them compiled as well', () => {
    const graph = new CompiledGraph(tensors);
    const compiled = graph.define('forward', { ids: int32(B * T) }, (inputs, variables) => ({
      outputs: { logits: forward(config, variables, inputs.ids as Tensor1D, B) },
    }));
    expect(keptLogits(compiled({ ids }).logits)).toEqualNumbers(expected, CLOSE);
    graph.dispose();
  });

  test('gives those that transformers gives for a sequence padded on the left', () => {
    const { input_ids: padded, attention_mask: mask, logits } = golden.left_padded;
    const first = mask[0]!.indexOf(1);
    const alone = forward(config, tensors, tf.tensor1d(padded[0]!.slice(first), 'int32'), 1);
    expect(alone).toEqualNumbers(logits[0]!.slice(first).flat(), CLOSE);
  });

  test('gives them for sequences packed in one row', () => {
    const sequences = golden.input_ids.map((row, i) => row.slice(0, lengths[i]));
    const packing: Packing = {
      positions: tf.tensor1d(sequences.flatMap((sequence) => [...sequence.keys()]), 'int32'), // prettier-ignore
      segments: tf.tensor1d(sequences.flatMap((sequence, i) => sequence.map(() => i)), 'int32'), // prettier-ignore
    };
    expect(forward(config, tensors, tf.tensor1d(sequences.flat(), 'int32'), 1, { packing })).toEqualNumbers(
      expected,
      CLOSE,
    );
  });

  test('leaves one new tensor', () => {
    expect(() => forward(config, tensors, ids, B)).toAllocate(1);
  });

  describe("has PyTorch's gradient", () => {
    const reference = goldenArrays(`${name}-gradients.safetensors`);
    const targets = golden.input_ids.flatMap((row) => [...row.slice(1), 0]);
    const mask = golden.loss_mask.flatMap((row) => [...row.slice(1), 0]);
    const kept = mask.reduce((sum, bit) => sum + bit, 0);
    const weightOf = tf.tensor1d(mask.map((bit) => bit / kept));
    const { value, grads } = tf.valueAndGrads((...list: Tensor[]) => {
      const named = Object.fromEntries(parameters.map((p, i) => [p.name, list[i]!]));
      const logits = forward(config, named, ids, B) as Tensor2D;
      return maskedCrossEntropy(logits, tf.tensor1d(targets, 'int32'), weightOf) as Scalar;
    })(parameters.map((p) => tensors[p.name]!));
    const gradients = new Map(
      parameters.flatMap((parameter, i) => toFile(parameter, grads[i]!.dataSync() as Float32Array)),
    );

    test('and loss', () => {
      expect(value).toEqualNumbers(golden.loss, { rtol: 1e-5 });
    });
    test.each([...reference])('of %s', (array, { shape, data }) => {
      const largest = Math.max(...data.map(Math.abs));
      expect(gradients.get(array)!.shape).toEqual(shape);
      expect(gradients.get(array)!.data).toEqualNumbers(data, { rtol: 1e-4, atol: 1e-4 * largest });
    });
    test('of these and no other arrays', () => {
      expect([...gradients.keys()].toSorted()).toEqual([...reference.keys()].toSorted());
    });
  });
});
