import type { Outcome } from './evaluation.ts';

/** How many programs had each outcome; outcomes that did not occur may be missing. */
export type OutcomeCounts = Readonly<Partial<Record<Outcome, number>>>;

/**
 * What a run spends its time on. Sampling, evaluation and building, which makes training sequences, overlap; `data` is what
 * steps waited for their batches.
 */
export const PHASES = ['sample', 'evaluate', 'build', 'train', 'data', 'publish', 'validate', 'wait'] as const;
export type Phase = (typeof PHASES)[number];

/** Seconds spent per phase; phases that did not occur may be missing. */
export type PhaseSeconds = Readonly<Partial<Record<Phase, number>>>;
