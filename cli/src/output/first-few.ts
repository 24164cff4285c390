/** So many lines of a list of errors are told. */
const MOST_TOLD = 5;

/**
 * The first lines of a list, and how many more there are.
 * @param total lines of the whole list, where `lines` does not hold all of it
 */
export function firstFew(lines: readonly string[], total: number = lines.length): readonly string[] {
  const told = lines.slice(0, MOST_TOLD);
  return total > told.length ? [...told, `and ${total - told.length} more`] : told;
}
