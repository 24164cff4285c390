/**
 * How often each outcome came, in the order of `all`, with 0 for one that did not come.
 * @param all every outcome there is
 * @throws {RangeError} for an outcome that is not in `all`
 */
export function countOutcomes<O extends string>(outcomes: Iterable<O>, all: readonly O[]): Record<O, number> {
  const counts = new Map<O, number>(all.map((outcome) => [outcome, 0]));
  for (const outcome of outcomes) {
    const count = counts.get(outcome);
    if (count === undefined) throw new RangeError(`countOutcomes: want one of ${all.join(', ')}, got ${outcome}`);
    counts.set(outcome, count + 1);
  }
  return Object.fromEntries(counts) as Record<O, number>;
}
