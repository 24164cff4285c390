import type { Random } from '../random.ts';

/** A list of `length` integers in [low, high]. */
export function numbers(random: Random, low = 1, high = 9, length = random.integer(3, 4)): number[] {
  return Array.from({ length }, () => random.integer(low, high));
}

/** A list of integers around `k`, with `k` itself among them, so that `<` and `<=` differ. */
export function numbersAround(random: Random, k: number, reach = 3): number[] {
  return random.shuffle([k, ...numbers(random, Math.max(0, k - reach), k + reach)]);
}

/** A list that mixes multiples of `k` with other integers. */
export function someMultiples(random: Random, k: number): number[] {
  const multiples = [random.integer(1, 5) * k, random.integer(1, 5) * k];
  return random.shuffle([...multiples, ...numbers(random, 1, 20, 2)]);
}

/** Short common words without an apostrophe. */
export const WORDS = [
  'tree', 'lake', 'stone', 'river', 'apple', 'bread', 'table', 'green', 'house', 'paper',
  'train', 'music', 'water', 'light', 'seven', 'sugar', 'level', 'radar', 'onion', 'salad',
] as const; // prettier-ignore

/** One short word. */
export function word(random: Random): string {
  return random.pick(WORDS);
}

/** A word with the letter `c` put into it once or twice. */
export function wordWith(random: Random, c: string): string {
  let text = word(random);
  for (let left = random.integer(1, 2); left > 0; left--) {
    const at = random.integer(0, text.length);
    text = text.slice(0, at) + c + text.slice(at);
  }
  return text;
}

/** A sentence of two to four short words. */
export function sentence(random: Random, length = random.integer(2, 4)): string {
  return Array.from({ length }, () => word(random)).join(' ');
}
