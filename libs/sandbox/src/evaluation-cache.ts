import { createHash } from 'node:crypto';
import type { BoundedProgram, Verdict } from './supervisor.ts';

/** How often programs were run and how often an earlier or running verdict served. */
export interface CacheCounts {
  readonly run: number;
  readonly reused: number;
}

interface Running {
  readonly verdict: Promise<Verdict>;
  readonly kill: AbortController;
  waiters: number;
}

/**
 * Runs identical programs once: sampled solutions repeat a lot. The key is everything that decides a verdict; a verdict
 * that the machine's load may have decided is handed to those who wait for it and not kept.
 */
export class EvaluationCache {
  readonly #run: (program: BoundedProgram, signal: AbortSignal) => Promise<Verdict>;
  readonly #capacity: number;
  readonly #kept = new Map<string, Verdict>();
  readonly #running = new Map<string, Running>();
  #runs = 0;
  #reused = 0;

  /** @param capacity verdicts kept, the least recently used dropped first; 0 keeps none */
  constructor(run: (program: BoundedProgram, signal: AbortSignal) => Promise<Verdict>, capacity: number) {
    this.#run = run;
    this.#capacity = capacity;
  }

  get counts(): CacheCounts {
    return { run: this.#runs, reused: this.#reused };
  }

  /** The verdict on a program. When all who wait for the same program have aborted, it is killed. */
  async evaluate(program: BoundedProgram, signal?: AbortSignal): Promise<Verdict> {
    signal?.throwIfAborted();
    const key = keyOf(program);
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      this.#reused += 1;
      return kept;
    }
    const running = this.#running.get(key) ?? this.#start(key, program);
    if (running.waiters > 0) this.#reused += 1;
    running.waiters += 1;
    return await orAborted(running, signal);
  }

  #start(key: string, program: BoundedProgram): Running {
    const kill = new AbortController();
    this.#runs += 1;
    const verdict = this.#run(program, kill.signal);
    const running: Running = { verdict, kill, waiters: 0 };
    this.#running.set(key, running);
    const forget = (): void => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    };
    kill.signal.addEventListener('abort', forget);
    verdict.then((value) => {
      forget();
      if (value.outcome !== 'wall_timeout') this.#keep(key, value);
    }, forget);
    return running;
  }

  #keep(key: string, verdict: Verdict): void {
    this.#kept.set(key, verdict);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > this.#capacity && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** Waits for a running program; the last waiter to abort kills it. */
async function orAborted(running: Running, signal: AbortSignal | undefined): Promise<Verdict> {
  if (signal === undefined) return await running.verdict;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => {
    running.waiters -= 1;
    if (running.waiters === 0) running.kill.abort(signal.reason);
    aborted.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([running.verdict, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function keyOf({ prompt, solution, testSetupCode, tests, limits, judge, feedback }: BoundedProgram): string {
  return createHash('sha256')
    .update(JSON.stringify([prompt, solution, testSetupCode, tests, limits, judge, feedback]))
    .digest('base64');
}
