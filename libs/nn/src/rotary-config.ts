/** Rotary position embedding: which dims of a head turn, and how fast. */
export interface RotaryConfig {
  /** How many dims of each query and key head are rotated; even, at most the head's. */
  readonly dims: number;
  /** The base: pair i of the rotated dims turns by theta^(−2i / dims) a position, before scaling. */
  readonly theta: number;
  /** How the frequencies are stretched for longer texts than the model was first trained on. */
  readonly scaling?: RotaryScaling;
}

/**
 * The ways of stretching that we compute, by `rope_type` of transformers.
 * - `linear`: all frequencies divided by `factor`.
 * - `dynamic`: changes nothing up to `maxPositions` tokens, and we take no more.
 * - `llama3`: low frequencies divided by `factor`, high ones kept, a ramp between them.
 * - `yarn`: as above with a ramp over the dims; scores grow with `factor` (arXiv:2309.00071).
 */
export type RotaryScaling =
  | { readonly type: 'linear' | 'dynamic'; readonly factor: number }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalMaxPositions: number;
    }
  | {
      readonly type: 'yarn';
      readonly factor: number;
      readonly originalMaxPositions: number;
      /** Rotations over `originalMaxPositions` above which a dim keeps its frequency; 32 in the paper. */
      readonly betaFast: number;
      /** Rotations below which it is divided by `factor`; 1 in the paper. */
      readonly betaSlow: number;
      /** Multiplies cosines and sines. */
      readonly attentionFactor: number;
      /** Whether the ramp begins and ends at whole dims. */
      readonly truncate: boolean;
    };

/** What `rotaryFrequencies` gives. */
export interface RotaryFrequencies {
  /** Radians a position, of each rotated pair; dims / 2 numbers. */
  readonly frequencies: Float64Array;
  /** Multiplies cosines and sines: 1 but for `yarn`. */
  readonly attentionFactor: number;
}

/**
 * How fast each rotated pair of dims turns.
 * @see `ROPE_INIT_FUNCTIONS` of transformers' modeling_rope_utils.py, which this equals in double precision
 */
export function rotaryFrequencies({ dims, theta, scaling }: RotaryConfig): RotaryFrequencies {
  const plain = Float64Array.from({ length: dims / 2 }, (_, i) => theta ** ((-2 * i) / dims));
  switch (scaling?.type) {
    case undefined:
    case 'dynamic':
      return { frequencies: plain, attentionFactor: 1 };
    case 'linear':
      return { frequencies: plain.map((frequency) => frequency / scaling.factor), attentionFactor: 1 };
    case 'llama3':
      return { frequencies: plain.map((frequency) => llama3Frequency(frequency, scaling)), attentionFactor: 1 };
    case 'yarn': {
      const { factor, attentionFactor } = scaling;
      const kept = yarnRamp(dims, theta, scaling);
      return {
        frequencies: plain.map((frequency, i) => frequency * (kept(i) + (1 - kept(i)) / factor)),
        attentionFactor,
      };
    }
  }
}

type Scaling<T extends RotaryScaling['type']> = Extract<RotaryScaling, { readonly type: T }>;

function llama3Frequency(frequency: number, scaling: Scaling<'llama3'>): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions } = scaling;
  const turns = (originalMaxPositions * frequency) / (2 * Math.PI); // over the original positions
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const kept = (turns - low) / (high - low);
  return ((1 - kept) * frequency) / factor + kept * frequency;
}

/** The share of each pair's own frequency that it keeps: 1 for the fast ones, 0 for the slow ones. */
function yarnRamp(dims: number, theta: number, scaling: Scaling<'yarn'>): (pair: number) => number {
  const { originalMaxPositions, betaFast, betaSlow, truncate } = scaling;
  // The pair that turns so many times over the original positions, as a fraction of a pair.
  const pairOf = (turns: number): number =>
    (dims * Math.log(originalMaxPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [first, last] = [pairOf(betaFast), pairOf(betaSlow)];
  const from = Math.max(truncate ? Math.floor(first) : first, 0);
  const to = Math.min(truncate ? Math.ceil(last) : last, dims - 1);
  const width = from === to ? 0.001 : to - from;
  return (pair) => 1 - Math.min(1, Math.max(0, (pair - from) / width));
}
