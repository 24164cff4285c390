import type { ModelConfig } from '../model-config.ts';
import type { Tensor, Tensor1D, Tensor2D } from '../tf.ts';
import { codegenForward } from './codegen/forward.ts';

/** A model's tensors by the names of `parametersOf`; borrowed. */
export type ModelTensors = Readonly<Record<string, Tensor>>;

/**
 * Logits of every position of whole sequences, as training and scoring want them.
 * @param ids int32 [B T], row after row; sequences start at position 0 and are padded on the right with any id
 * @param rows B; T follows
 * @returns float32 [B T, V]; the caller disposes it
 */
export type Forward = (config: ModelConfig, tensors: ModelTensors, ids: Tensor1D, rows: number) => Tensor2D;

const FORWARD: Readonly<Record<ModelConfig['architecture'], Forward>> = { codegen: codegenForward };

/** Runs the model's family. See {@link Forward}. */
export const forward: Forward = (config, tensors, ids, rows) =>
  FORWARD[config.architecture](config, tensors, ids, rows);
