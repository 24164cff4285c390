// Adds this package's matchers to vitest's `expect`; importing anything from the package does.
import type { StatusCode } from '@leti/rpc';
import { expect } from 'vitest';
import { toBeAllClose, type Numbers, type Tolerance } from './to-be-all-close.ts';
import { toFailWith } from './to-fail-with.ts';

expect.extend({ toBeAllClose, toFailWith });

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** All numbers close, as numpy.allclose says; shapes the same. @default rtol 1e-5, atol 1e-8 */
    toBeAllClose(expected: Numbers, tolerance?: Tolerance): R;
    /** The call fails with an RpcError of this code and reason. Await it. */
    toFailWith(code: StatusCode, reason?: string): Promise<void>;
  }
}
