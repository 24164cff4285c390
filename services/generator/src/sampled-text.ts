import type { SamplingParameters } from '@leti/leti';
import { cleanUpSpaces, type IncrementalDecoder, type Tokenizer } from '@leti/tokenizer';

/**
 * The text of one sample while its tokens arrive, up to its first stop string. Where it ends depends on the tokens only,
 * not on how they are cut into chunks: the cut is after the first token with which a stop string is complete.
 */
export class SampledText {
  readonly #stop: readonly string[];
  readonly #decoder: IncrementalDecoder;
  /** Characters of the text so far in which a stop string may have begun. */
  readonly #overlap: number;
  #taken = 0;
  #text = '';
  #cutAt: number | undefined;

  /** @param stop none empty */
  constructor(tokenizer: Tokenizer, stop: readonly string[]) {
    this.#stop = stop;
    this.#decoder = tokenizer.continuation();
    this.#overlap = Math.max(1, ...stop.map(({ length }) => length)) - 1;
  }

  /**
   * Takes the tokens that are new.
   * @param tokenIds all of the sample so far; those of the call before are its beginning
   * @returns how many of them were there when a stop string was complete; undefined when none is
   */
  take(tokenIds: readonly number[]): number | undefined {
    if (this.#stop.length === 0) {
      this.#text += this.#decoder.push(tokenIds.slice(this.#taken));
      this.#taken = tokenIds.length;
    }
    while (this.#cutAt === undefined && this.#taken < tokenIds.length) {
      this.#append(this.#decoder.push([tokenIds[this.#taken++]!]));
    }
    return this.#cutAt;
  }

  /** The text, ended: without the stop string; else what is incomplete is U+FFFD. Nothing may be taken afterwards. */
  end(): string {
    if (this.#cutAt === undefined) this.#append(this.#decoder.flush());
    return this.#text;
  }

  #append(part: string): void {
    if (part === '') return;
    const from = Math.max(0, this.#text.length - this.#overlap);
    this.#text += part;
    const starts = this.#stop.map((each) => this.#text.indexOf(each, from)).filter((start) => start >= 0);
    if (starts.length === 0) return;
    this.#cutAt = this.#taken;
    this.#text = this.#text.slice(0, Math.min(...starts));
  }
}

/** The text of a whole sample as its parameters want it: up to a stop string, cleaned up or as it is. */
export function textOf(
  tokenizer: Tokenizer,
  tokenIds: readonly number[],
  { stop, cleanUpSpaces: clean }: Pick<SamplingParameters, 'stop' | 'cleanUpSpaces'>,
): string {
  const sampled = new SampledText(tokenizer, stop);
  sampled.take(tokenIds);
  const text = sampled.end();
  return clean ? cleanUpSpaces(text) : text;
}
