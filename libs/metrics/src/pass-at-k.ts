/**
 * Unbiased pass@k for one problem: the chance that `k` of its `n` samples, drawn without replacement, include at least
 * one of the `c` that passed every test.
 *
 * @returns probability in [0, 1]
 * @throws {RangeError} unless n, c, k are integers with 0 <= c <= n and 1 <= k <= n
 * @see Chen et al. 2021, arXiv:2107.03374, eq. 1
 */
export function passAtK(n: number, c: number, k: number): number {
  const valid = [n, c, k].every(Number.isInteger) && 0 <= c && c <= n && 1 <= k && k <= n;
  if (!valid) throw new RangeError(`passAtK: want 0 <= c <= n and 1 <= k <= n, got n=${n}, c=${c}, k=${k}`);
  let allFail = 1; // C(n-c, k) / C(n, k) as a product, so nothing overflows
  for (let i = 0; i < k; i++) allFail *= Math.max(0, n - c - i) / (n - i);
  return 1 - allFail;
}
