import { backend, type KernelAttribute, type KernelBackend, type Tensor, type TensorHandle } from '../tf.ts';
import { CompileError } from './dtype.ts';

/** The class's own methods, which a tap shadows on the one instance. */
const eager = Object.getPrototypeOf(backend) as KernelBackend;

/** One run of a kernel. */
export interface KernelCall {
  readonly op: string;
  readonly attributes: readonly KernelAttribute[];
  readonly inputs: readonly TensorHandle[];
}

/** Sees every kernel that runs while it is attached. */
export interface KernelTap {
  /** Before a kernel runs: the sources of its inputs, which are handed to `after`. */
  before(inputs: readonly TensorHandle[]): readonly string[];
  after(kernel: KernelCall, sources: readonly string[], outputs: readonly Tensor[]): void;
  /** Before JavaScript reads a tensor's values. May throw. */
  onRead(dataId: object): void;
}

/** A tensor's values as bytes, unseen by a tap. */
export function readBytes(dataId: object): Uint8Array {
  const values = eager.readSync.call(backend, dataId);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

let attached: KernelTap | undefined;

/**
 * Runs `run` with the tap attached to the backend, on which every tfjs kernel goes through two methods.
 * @throws {CompileError} when a tap is attached already
 */
export function withKernelTap<R>(tap: KernelTap, run: () => R): R {
  if (attached !== undefined) {
    throw new CompileError('a function cannot be defined or recorded inside the trace of another');
  }
  attach(tap);
  try {
    return run();
  } finally {
    detach();
  }
}

/**
 * One operation that eager runs and recorded graphs do with different kernels: those of `eagerly` are hidden from an
 * attached tap, which sees a single kernel named `op` in their place.
 * @param eagerly pure; returns a new tensor @returns its result; the caller disposes it
 */
export function runAs<R extends Tensor>(op: string, inputs: readonly Tensor[], eagerly: () => R): R {
  const tap = attached;
  if (tap === undefined) return eagerly();
  const sources = tap.before(inputs);
  detach();
  try {
    const output = eagerly();
    tap.after({ op, attributes: [], inputs }, sources, [output]);
    return output;
  } finally {
    attach(tap);
  }
}

function attach(tap: KernelTap): void {
  attached = tap;
  backend.executeSingleOutput = (op, attributes, inputs) => {
    const sources = tap.before(inputs);
    const output = eager.executeSingleOutput.call(backend, op, attributes, inputs);
    tap.after({ op, attributes, inputs }, sources, [output]);
    return output;
  };
  backend.executeMultipleOutputs = (op, attributes, inputs, numOutputs) => {
    const sources = tap.before(inputs);
    const outputs = eager.executeMultipleOutputs.call(backend, op, attributes, inputs, numOutputs);
    tap.after({ op, attributes, inputs }, sources, outputs);
    return outputs;
  };
  backend.readSync = (dataId) => {
    tap.onRead(dataId);
    return eager.readSync.call(backend, dataId);
  };
}

function detach(): void {
  attached = undefined;
  for (const method of ['executeSingleOutput', 'executeMultipleOutputs', 'readSync'] as const) {
    delete (backend as Partial<KernelBackend>)[method];
  }
}
