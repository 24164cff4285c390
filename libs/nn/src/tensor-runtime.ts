import { backend, tf } from './tf.ts';

/** What computes, for people who look for the cause of something. */
export interface TensorRuntime {
  /** Version of the TensorFlow bindings. */
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
}

/** Says what computes, after having computed something with it. @throws when the result is wrong */
export function tensorRuntime(): TensorRuntime {
  const [four] = tf.tidy(() => tf.matMul(tf.ones([1, 4]), tf.ones([4, 1])).dataSync());
  if (four !== 4) throw new Error(`TensorFlow computes wrongly: 1·1 summed over 4 should be 4, got ${four}`);
  const { isUsingGpuDevice } = backend as unknown as { readonly isUsingGpuDevice?: boolean };
  return { version: tf.version['tfjs-node'] ?? tf.version.tfjs, device: isUsingGpuDevice === true ? 'gpu' : 'cpu' };
}
