/** Where a sequence lies in a rectangle of rows. */
export interface Placement {
  readonly row: number;
  /** Its first place in the row. */
  readonly start: number;
}

/** A place for each sequence, in the order of their lengths, and how many rows that takes. */
export interface Placements {
  readonly rows: number;
  readonly placements: readonly Placement[];
}

/** A row for each sequence, however short. */
export function ownRows(lengths: readonly number[]): Placements {
  return { rows: lengths.length, placements: lengths.map((_, row) => ({ row, start: 0 })) };
}

/**
 * Several sequences in a row where they fit: the longest first, each in the first row with room for it. That takes at
 * most 11/9 of the fewest rows possible, plus one; and the same lengths always give the same places.
 * @param lengths each at most `width`
 * @see Johnson 1973, "Near-optimal bin packing algorithms": first fit decreasing
 */
export function packRows(lengths: readonly number[], width: number): Placements {
  const longestFirst = [...lengths.keys()].toSorted((a, b) => lengths[b]! - lengths[a]! || a - b);
  const used: number[] = [];
  const placements: Placement[] = [];
  for (const i of longestFirst) {
    const length = lengths[i]!;
    const fitting = used.findIndex((filled) => filled + length <= width);
    const row = fitting >= 0 ? fitting : used.push(0) - 1;
    placements[i] = { row, start: used[row]! };
    used[row]! += length;
  }
  return { rows: used.length, placements };
}
