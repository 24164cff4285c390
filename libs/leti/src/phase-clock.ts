import { type Phase, PHASES, type PhaseSeconds } from './run-figures.ts';

/**
 * Measures what a run spends its time on. A phase that goes on several times at once counts once; phases that
 * overlap each count in full. Survives a restart by starting from what was measured before.
 */
export class PhaseClock {
  readonly #now: () => number;
  readonly #seconds = new Map<Phase, number>();
  readonly #running = new Map<Phase, { count: number; sinceMs: number }>();
  #exposedSeconds = 0;
  /** Since when evaluation is alone; undefined while it is not. */
  #exposedSinceMs: number | undefined;

  /** @param now monotonic milliseconds, e.g. `performance.now` */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Forgets everything, and begins from these figures; phases that are going on begin anew. */
  restart(seconds: PhaseSeconds = {}, exposedSeconds = 0): void {
    this.#seconds.clear();
    for (const phase of PHASES) this.add(phase, seconds[phase] ?? 0);
    for (const running of this.#running.values()) running.sinceMs = this.#now();
    this.#exposedSeconds = exposedSeconds;
    if (this.#exposedSinceMs !== undefined) this.#exposedSinceMs = this.#now();
  }

  /** Adds time that was measured elsewhere. */
  add(phase: Phase, seconds: number): void {
    this.#seconds.set(phase, (this.#seconds.get(phase) ?? 0) + seconds);
  }

  /** Measures from now until what it returns is called; calling that again changes nothing. */
  start(phase: Phase): () => void {
    const running = this.#running.get(phase) ?? { count: 0, sinceMs: this.#now() };
    running.count++;
    this.#running.set(phase, running);
    this.#noteExposed();
    let stopped = false;
    return () => {
      if (stopped) return;
      stopped = true;
      if (--running.count > 0) return;
      this.#running.delete(phase);
      this.add(phase, (this.#now() - running.sinceMs) / 1000);
      this.#noteExposed();
    };
  }

  /** Measures a piece of work, whether it succeeds or not. */
  async measure<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    const stop = this.start(phase);
    try {
      return await work();
    } finally {
      stop();
    }
  }

  /** Seconds so far, to the millisecond; phases without time are left out. */
  seconds(): PhaseSeconds {
    const entries = PHASES.flatMap((phase) => {
      const running = this.#running.get(phase);
      const now = running === undefined ? 0 : (this.#now() - running.sinceMs) / 1000;
      const seconds = rounded((this.#seconds.get(phase) ?? 0) + now);
      return seconds > 0 ? [[phase, seconds] as const] : [];
    });
    return Object.fromEntries(entries);
  }

  /** Seconds so far in which evaluation went on, and neither sampling nor waiting: what it adds to the wall time. */
  exposedSeconds(): number {
    const now = this.#exposedSinceMs === undefined ? 0 : (this.#now() - this.#exposedSinceMs) / 1000;
    return rounded(this.#exposedSeconds + now);
  }

  /** Whenever a phase begins or ends, evaluation may have come to be alone, or no longer be. */
  #noteExposed(): void {
    // Building overlaps too, but hides nothing: training waits for the last verdict.
    const alone = this.#running.has('evaluate') && !this.#running.has('sample') && !this.#running.has('wait');
    if (alone === (this.#exposedSinceMs !== undefined)) return;
    if (this.#exposedSinceMs === undefined) this.#exposedSinceMs = this.#now();
    else {
      this.#exposedSeconds += (this.#now() - this.#exposedSinceMs) / 1000;
      this.#exposedSinceMs = undefined;
    }
  }
}

/** To the millisecond. */
const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
