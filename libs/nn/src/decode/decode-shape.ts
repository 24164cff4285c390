/**
 * What a decoding graph is recorded for. It follows from a group's own prompt and parameters, never from other groups in
 * the batch: another shape may sum in another order, and then a text would depend on its neighbours.
 */
export interface DecodeShape {
  /** Samples side by side, R. */
  readonly rows: number;
  /** Prompts whose keys and values are held at once, T; each serves up to TILE_ROWS rows. */
  readonly tiles: number;
  /** Cache slots for a prompt without its last token, P. */
  readonly promptSlots: number;
  /** Cache slots of a row for the prompt's last token and all new tokens but the last, N: a multiple of SLOT_STEP. */
  readonly newSlots: number;
  /** Decoding steps per call of the graph; a divisor of SLOT_STEP. */
  readonly chunkSteps: number;
  /** Whether tokens outside of top-k and top-p are cut off, which needs a sort. */
  readonly cut: boolean;
}

/** Rows that attend to one copy of a prompt together. */
export const TILE_ROWS = 8;

/** The number of slots for new tokens is a multiple of this. */
export const SLOT_STEP = 32;

/** Text that is equal for equal shapes. */
export function shapeKey({ rows, tiles, promptSlots, newSlots, chunkSteps, cut }: DecodeShape): string {
  return `${rows} rows, ${tiles} tiles, ${promptSlots} + ${newSlots} slots, ${chunkSteps} steps${cut ? ', cut' : ''}`;
}
