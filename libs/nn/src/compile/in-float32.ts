let depth = 0;

/**
 * Runs code whose matrix products stay in float32, also where they are recorded for a graph with products in bfloat16:
 * sums that must be exact, and products that would take longer to round than to compute.
 */
export function inFloat32<R>(run: () => R): R {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}

/** Whether `inFloat32` is running. */
export function isInFloat32(): boolean {
  return depth > 0;
}
