import { z } from 'zod';

const MAX_UINT64 = (1n << 64n) - 1n;
const SEED_RANGE = 'must be an integer in [0, 2^64 - 1]';

/** A whole number in [least, most]. */
export const count = (least: number, most: number = Number.MAX_SAFE_INTEGER) => z.int().min(least).max(most);

/** A 64-bit number; YAML and JSON hold those above 2^53 − 1 as a string of digits. */
export const seedSchema = z
  .union([z.bigint(), z.int(), z.string().regex(/^\d+$/, SEED_RANGE)], SEED_RANGE)
  .transform(BigInt)
  .refine((seed) => seed >= 0n && seed <= MAX_UINT64, SEED_RANGE);
