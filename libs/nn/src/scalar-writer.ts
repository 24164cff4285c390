import { tf } from './tf.ts';

/** Writes numbers by step for TensorBoard; programs that import its folders, such as `wandb sync`, read them too. */
export interface ScalarWriter {
  /**
   * One point of a curve.
   * @param tag the curve's name; slashes group curves: `loss/fcft`
   * @param value stored as float32 @param step an integer below 2^31
   * @throws {Error} when the step is none
   */
  scalar(tag: string, value: number, step: number): void;
  /** Returns once everything so far is in the file. Without it the last points may be lost when the process ends. */
  flush(): void;
}

/**
 * Opens an event file in a folder, which is made if there is none. A process has one writer a folder: opening it again
 * goes on with the same file, also after the folder has been moved; another process adds a file of its own.
 */
export function openScalarWriter(folder: string): ScalarWriter {
  const writer = tf.node.summaryFileWriter(folder);
  return {
    scalar: (tag, value, step) => writer.scalar(tag, value, step),
    flush: () => writer.flush(),
  };
}
