/**
 * A uniform number in [0, 1), a multiple of 2^-23, that depends on `seed` and `index` only: one step of the counter-based
 * generator Threefry-2x32 with 20 rounds. 23 bits, so that a float32 product with it stays below the other factor.
 *
 * @param seed its low 64 bits are the key
 * @param index counter in [0, 2^32)
 * @see Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"
 */
export function uniform(seed: bigint, index: number): number {
  const key0 = Number(BigInt.asUintN(32, seed));
  const key1 = Number(BigInt.asUintN(32, seed >> 32n));
  return (threefry2x32(key0, key1, index, 0)[0] >>> 9) / 2 ** 23;
}

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** The block function; words are 32-bit, of either sign. */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number): [number, number] {
  const keys = [key0, key1, key0 ^ key1 ^ 0x1bd11bda] as const;
  let x0 = (counter0 + keys[0]) | 0;
  let x1 = (counter1 + keys[1]) | 0;
  for (let round = 0; round < 20; round++) {
    x0 = (x0 + x1) | 0;
    const bits = ROTATIONS[round % 8]!;
    x1 = ((x1 << bits) | (x1 >>> (32 - bits))) ^ x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + keys[injection % 3]!) | 0;
      x1 = (x1 + keys[(injection + 1) % 3]! + injection) | 0;
    }
  }
  return [x0, x1];
}
