import type { Packing } from '../layers/attention-plan.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Tensor, Tensor1D, Tensor2D } from '../tf.ts';
import { codegenForward } from './codegen/forward.ts';
import { llamaForward } from './llama/forward.ts';

/** A model's tensors by the names of `parametersOf`; borrowed. */
export type ModelTensors = Readonly<Record<string, Tensor>>;

/**
 * Logits of every position of whole sequences, as training and scoring want them.
 * @param ids int32 [B T], row after row, padded on the right with any id
 * @param rows B; T follows
 * @param packing where several sequences share a row; without it each row is one that starts at position 0
 * @returns float32 [B T, V]; the caller disposes it
 */
export type Forward = (
  config: ModelConfig,
  tensors: ModelTensors,
  ids: Tensor1D,
  rows: number,
  packing?: Packing,
) => Tensor2D;

const FORWARD: Readonly<Record<ModelConfig['architecture'], Forward>> = {
  codegen: codegenForward,
  llama: llamaForward,
};

/** Runs the model's family. See {@link Forward}. */
export const forward: Forward = (config, ...args) => FORWARD[config.architecture](config, ...args);
