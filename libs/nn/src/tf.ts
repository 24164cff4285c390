// The only importer of tfjs. Its JavaScript calls two helpers of `util` that Node removes or warns about; ours must be
// there before it loads.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const util = require('node:util') as Record<string, unknown>;
util['isNullOrUndefined'] = (value: unknown): boolean => value === null || value === undefined;
util['isArray'] = Array.isArray;

/** tfjs, with TensorFlow as its backend. */
export const tf = require('@tensorflow/tfjs-node-gpu') as typeof import('@tensorflow/tfjs-node-gpu');
export type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { DataType, Tensor } from '@tensorflow/tfjs-node-gpu';

/** One attribute of a TensorFlow kernel: `type` is one of the binding's `TF_ATTR_*` numbers. */
export interface KernelAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[] | object;
}

/** What identifies a tensor to the backend; two tensors may share one `dataId` (a clone does). */
export interface TensorHandle {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: DataType;
}

/** The part of tfjs-node's backend that we call. Every kernel goes through the two `execute` methods. */
export interface KernelBackend {
  executeSingleOutput(op: string, attributes: readonly KernelAttribute[], inputs: readonly TensorHandle[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly KernelAttribute[],
    inputs: readonly TensorHandle[],
    numOutputs: number,
  ): Tensor[];
  readSync(dataId: object): Float32Array | Int32Array | Uint8Array;
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(
    id: number,
    inputs: readonly Tensor[],
    inputInfos: readonly { name: string }[],
    outputs: readonly string[],
  ): Tensor[];
  deleteSavedModel(id: number): void;
  readonly binding: Readonly<Record<'TF_FLOAT' | 'TF_INT32' | 'TF_BOOL', number>> &
    Readonly<
      Record<
        | 'TF_ATTR_STRING'
        | 'TF_ATTR_INT'
        | 'TF_ATTR_FLOAT'
        | 'TF_ATTR_BOOL'
        | 'TF_ATTR_TYPE'
        | 'TF_ATTR_SHAPE'
        | 'TF_ATTR_RESOURCE',
        number
      >
    >;
}

/** The backend behind `tf`, for kernels that tfjs does not offer. */
export const backend = tf.backend() as unknown as KernelBackend;
