import type { Packing } from '../layers/attention-plan.ts';
import type { ModelConfig } from '../model-config.ts';
import type { Tensor, Tensor1D, Tensor2D } from '../tf.ts';
import { codegenForward } from './codegen/forward.ts';
import { llamaForward } from './llama/forward.ts';

/** A model's tensors by the names of `parametersOf`; borrowed. */
export type ModelTensors = Readonly<Record<string, Tensor>>;

/** What a forward pass may be told besides. */
export interface ForwardOptions {
  /** Where several sequences share a row; without it each row is one that starts at position 0. */
  readonly packing?: Packing | undefined;
  /** The places in [0, B T) whose logits are wanted, int32 [M]; all of them where left out. */
  readonly places?: Tensor1D | undefined;
  /**
   * Hold only each block's input for the gradient, and compute the block again there. The same numbers; about a third
   * more arithmetic for a fraction of the memory. Default false.
   */
  readonly recompute?: boolean | undefined;
}

/**
 * Logits of whole sequences, as training and scoring want them.
 * @param ids int32 [B T], row after row, padded on the right with any id
 * @param rows B; T follows
 * @returns float32 [B T, V], or [M, V] with `places`; the caller disposes it
 */
export type Forward = (
  config: ModelConfig,
  tensors: ModelTensors,
  ids: Tensor1D,
  rows: number,
  options?: ForwardOptions,
) => Tensor2D;

const FORWARD: Readonly<Record<ModelConfig['architecture'], Forward>> = {
  codegen: codegenForward,
  llama: llamaForward,
};

/** Runs the model's family. See {@link Forward}. */
export const forward: Forward = (config, ...args) => FORWARD[config.architecture](config, ...args);
