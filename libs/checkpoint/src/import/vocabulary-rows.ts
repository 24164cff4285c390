import { sizeOf, weightShapes, type ModelConfig } from '@leti/nn/model';
import { type HalfType, widen } from '../half-types.ts';
import { storedToWrite, withRows, type TensorToWrite } from '../safetensors/tensor-to-write.ts';
import { wordsOf, type StoredWeight } from '../stored-tensor.ts';
import type { WeightType } from '../weight-type.ts';

/**
 * A model's stored weights on their way into another file, with the vocabulary lengthened to `rows`. What is there
 * stays bit for bit, unused rows included: the published system leaves them as the base model has them. New rows are the
 * mean of those that have a token, so that the model gives a new token about the probability of an average one.
 *
 * @param config as it was
 * @param usedRows how many rows have a token
 * @param type what weights are rounded to; by default each stays as it is
 * @see https://www.cs.columbia.edu/~johnhew/vocab-expansion.html on the mean
 */
export function weightsWithRows(
  config: ModelConfig,
  weights: readonly StoredWeight[],
  { rows, usedRows, type }: { readonly rows: number; readonly usedRows: number; readonly type?: WeightType },
): TensorToWrite[] {
  const longer = weightShapes({ ...config, vocabSize: rows });
  return weights.map((weight) => {
    const tensor = storedToWrite(weight, type);
    const more = longer.get(weight.name)![0]! - weight.shape[0]!;
    return more === 0 ? tensor : withRows(tensor, more, meanRow(weight, usedRows));
  });
}

/** The mean of a tensor's first rows, added up in float64. */
function meanRow(tensor: StoredWeight, rows: number): Float32Array {
  const length = sizeOf(tensor.shape.slice(1));
  const sums = new Float64Array(length);
  let done = 0;
  for (const words of wordsOf(tensor)) {
    const values = new Float32Array(words.length);
    if (words instanceof Uint32Array) new Uint32Array(values.buffer).set(words);
    else widen(words, tensor.type as HalfType, values);
    const end = Math.min(values.length, rows * length - done);
    for (let i = 0; i < end; i++) sums[(done + i) % length]! += values[i]!;
    done += values.length;
  }
  return Float32Array.from(sums, (sum) => sum / rows);
}
