import type { Verdict } from './supervisor.ts';

/** What a verdict without feedback takes, about, bytes. */
const VERDICT_BYTES = 400;

/** Verdicts by key, the least recently used dropped first. */
export class KeptVerdicts {
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #verdicts = new Map<string, Verdict>();
  #bytes = 0;

  /** @param most verdicts, 0 keeps none @param mostBytes of memory, about */
  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  get(key: string): Verdict | undefined {
    const verdict = this.#verdicts.get(key);
    if (verdict === undefined) return undefined;
    this.#verdicts.delete(key);
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  set(key: string, verdict: Verdict): void {
    this.#drop(key);
    this.#verdicts.set(key, verdict);
    this.#bytes += bytesOf(verdict);
    for (const oldest of this.#verdicts.keys()) {
      if (this.#verdicts.size <= this.#most && this.#bytes <= this.#mostBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const verdict = this.#verdicts.get(key);
    if (verdict === undefined) return;
    this.#verdicts.delete(key);
    this.#bytes -= bytesOf(verdict);
  }
}

function bytesOf({ feedback }: Verdict): number {
  return VERDICT_BYTES + 2 * feedback.length;
}
