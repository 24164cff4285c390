/**
 * Passes calls on, but no two within `everyMs` unless `always` holds; calls in between are dropped.
 *
 * @param now monotonic milliseconds
 */
export function throttled<Args extends readonly unknown[]>(
  everyMs: number,
  always: (...args: Args) => boolean,
  pass: (...args: Args) => void,
  now: () => number = () => performance.now(),
): (...args: Args) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (...args) => {
    const nowMs = now();
    if (nowMs - lastMs < everyMs && !always(...args)) return;
    lastMs = nowMs;
    pass(...args);
  };
}
