import { describe, expect, test } from 'vitest';
import { CompiledGraph } from '../../compile/compiled-graph.ts';
import { int32 } from '../../compile/dtype.ts';
import { goldenArrays, goldenJson, goldenModel, type GoldenBatch } from '../../testing/golden.ts';
import '../../testing/matchers.ts';
import { maskedCrossEntropy } from '../../layers/masked-cross-entropy.ts';
import type { NamedArray } from '../../named-array.ts';
import { tf, type Scalar, type Tensor, type Tensor1D } from '../../tf.ts';
import { fromFile, toFile } from '../parameter.ts';
import { codegenForward } from './forward.ts';
import { codegenParameters } from './parameters.ts';

const { config, weights } = goldenModel();
const golden = goldenJson<GoldenBatch & { logits: number[][][]; loss: number }>('codegen-tiny.json');
const parameters = codegenParameters(config);
const tensors: Record<string, Tensor> = Object.fromEntries(
  parameters.map((p) => [p.name, tf.tensor(fromFile(p, weights), [...p.shape])]),
);
const [B, T] = [golden.input_ids.length, golden.input_ids[0]!.length];
const ids = tf.tensor1d(golden.input_ids.flat(), 'int32');
const forward = (): Tensor => codegenForward(config, tensors, ids, B);

/** Positions that hold a token; what the model says at padding means nothing. */
const keptPositions = golden.attention_mask.flat().flatMap((bit, i) => (bit === 1 ? [i] : []));
const keptLogits = (logits: Tensor): Tensor => tf.gather(logits, tf.tensor1d(keptPositions, 'int32'));

describe('codegenForward', () => {
  const expected = keptLogits(tf.tensor3d(golden.logits).reshape([B * T, config.vocabSize]));

  test('gives the logits of transformers', () => {
    expect(keptLogits(forward())).toEqualNumbers(expected, { rtol: 1e-4, atol: 1e-5 });
  });

  test('gives them compiled as well', () => {
    const graph = new CompiledGraph(tensors);
    const compiled = graph.define('forward', { ids: int32(B * T) }, (inputs, variables) => ({
      outputs: { logits: codegenForward(config, variables, inputs.ids as Tensor1D, B) },
    }));
    expect(keptLogits(compiled({ ids }).logits)).toEqualNumbers(expected, { rtol: 1e-4, atol: 1e-5 });
    graph.dispose();
  });

  test('leaves one new tensor', () => {
    expect(forward).toAllocate(1);
  });

  describe("has PyTorch's gradient", () => {
    const reference = goldenArrays('codegen-tiny-gradients.safetensors');
    const targets = golden.input_ids.flatMap((row) => [...row.slice(1), 0]);
    const mask = golden.loss_mask.flatMap((row) => [...row.slice(1), 0]);
    const kept = mask.reduce((sum, bit) => sum + bit, 0);
    const weightOf = tf.tensor1d(mask.map((bit) => bit / kept));
    const { value, grads } = tf.valueAndGrads((...list: Tensor[]) => {
      const named = Object.fromEntries(parameters.map((p, i) => [p.name, list[i]!]));
      const logits = codegenForward(config, named, ids, B);
      return maskedCrossEntropy(logits, tf.tensor1d(targets, 'int32'), weightOf) as Scalar;
    })(parameters.map((p) => tensors[p.name]!));

    test('and loss', () => {
      expect(value).toEqualNumbers(golden.loss, { rtol: 1e-5 });
    });
    test.each(parameters.map((parameter, i) => [parameter.name, parameter, grads[i]!] as const))(
      'of %s',
      (name, parameter, gradient) => {
        const [[file, actual]] = toFile(parameter, gradient.dataSync() as Float32Array) as [[string, NamedArray]];
        const expectedGradient = reference.get(name)!;
        const largest = Math.max(...expectedGradient.data.map(Math.abs));
        expect([file, actual.shape]).toEqual([name, expectedGradient.shape]);
        expect(actual.data).toEqualNumbers(expectedGradient.data, { rtol: 1e-4, atol: 1e-4 * largest });
      },
    );
  });
});
