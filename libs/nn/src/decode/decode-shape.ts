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
  /** Blocks of the model that one call of a step computes, all where they are quick; fewer only where `chunkSteps` is 1. */
  readonly layersPerCall: number;
  /** Blocks that one call computes of a prompt. */
  readonly promptLayersPerCall: number;
  /** Whether tokens outside of top-k and top-p are cut off, which needs a sort. */
  readonly cut: boolean;
}

/** Rows that attend to one copy of a prompt together. */
export const TILE_ROWS = 8;

/** The number of slots for new tokens is a multiple of this. */
export const SLOT_STEP = 32;

/** Text that is equal for equal shapes. */
export function shapeKey(shape: DecodeShape): string {
  const { rows, tiles, promptSlots, newSlots, chunkSteps, layersPerCall, promptLayersPerCall, cut } = shape;
  const work = `${chunkSteps} steps, ${layersPerCall} and ${promptLayersPerCall} layers a call`;
  return `${rows} rows, ${tiles} tiles, ${promptSlots} + ${newSlots} slots, ${work}${cut ? ', cut' : ''}`;
}

/** Blocks of a model that are computed in one call. */
export interface LayerRun {
  readonly first: number;
  /** One more than the last. */
  readonly end: number;
}

/** All blocks in order, at most so many a call. */
export function layerRuns(numLayers: number, layersPerCall: number): readonly LayerRun[] {
  return Array.from({ length: Math.ceil(numLayers / layersPerCall) }, (_, i) => ({
    first: i * layersPerCall,
    end: Math.min(numLayers, (i + 1) * layersPerCall),
  }));
}
