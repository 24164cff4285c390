/** One sequence to learn from. */
export interface TrainingSequence {
  /** int32 [T], T >= 1. */
  readonly ids: Int32Array;
  /** Per token: 1 where it is a target, else 0. Left out: all but the first, which nothing predicts. */
  readonly lossMask?: Uint8Array;
  /** What each of its targets weighs in the batch's mean, at least 0. */
  readonly weight: number;
}

/** A sequence of some ids, cut on the right, every target of weight 1. */
export function cutSequence(ids: readonly number[], maxSequenceTokens: number): TrainingSequence {
  return { ids: Int32Array.from(ids.slice(0, maxSequenceTokens)), weight: 1 };
}
