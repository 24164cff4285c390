import { weightShapes, type ModelConfig } from '@leti/nn/model';
import { meanRow, storedToWrite, withRows, type TensorToWrite } from '../safetensors/tensor-to-write.ts';
import type { StoredWeight } from '../stored-tensor.ts';
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
