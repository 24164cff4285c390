import type { Caller } from './fair-queue.ts';
import { KeptVerdicts } from './kept-verdicts.ts';
import { exactKey, sameTokensKey } from './program-keys.ts';
import type { BoundedProgram, Judged, Verdict } from './supervisor.ts';

/** How programs came by their verdicts. */
export interface CacheCounts {
  /** Were run. */
  readonly run: number;
  /** Were given the verdict on the same program, an earlier one or one that ran just then. */
  readonly reused: number;
  /** Were given the verdict on a program that differs in comments, blank lines and spacing only. */
  readonly alike: number;
}

/** Runs a program. @param caller takes turns with others when programs wait */
export type RunProgram = (program: BoundedProgram, signal: AbortSignal, caller: Caller) => Promise<Judged>;

interface Running {
  readonly judged: Promise<Judged>;
  readonly kill: AbortController;
  waiters: number;
}

const MOST_BYTES = 128 * 2 ** 20;

/**
 * Runs identical programs once: sampled solutions repeat a lot. A verdict is kept unless it is one that the machine's
 * load may have had a part in: a wall timeout, one that took more than one run to decide, or a CPU timeout of a program
 * that was counted more than it used. Such a one goes to those who wait for it, and the next who asks has the program run again.
 */
export class EvaluationCache {
  readonly #run: RunProgram;
  readonly #exact: KeptVerdicts;
  readonly #passed: KeptVerdicts;
  readonly #running = new Map<string, Running>();
  #runs = 0;
  #reused = 0;
  #alike = 0;

  /** @param capacity verdicts kept, the least recently used dropped first; 0 keeps none */
  constructor(run: RunProgram, capacity: number) {
    this.#run = run;
    this.#exact = new KeptVerdicts(capacity, MOST_BYTES);
    this.#passed = new KeptVerdicts(capacity, MOST_BYTES);
  }

  get counts(): CacheCounts {
    return { run: this.#runs, reused: this.#reused, alike: this.#alike };
  }

  /**
   * The verdict on a program; with 0 executions when another's is given again. When all who wait for the same program
   * have aborted, it is killed.
   */
  async evaluate(program: BoundedProgram, caller: Caller, signal?: AbortSignal): Promise<Verdict> {
    signal?.throwIfAborted();
    const key = exactKey(program);
    const kept = this.#exact.get(key);
    if (kept !== undefined) {
      this.#reused += 1;
      return givenAgain(kept);
    }
    const running = this.#running.get(key);
    if (running !== undefined) {
      this.#reused += 1;
      return givenAgain(await this.#wait(running, signal));
    }
    const tokensKey = sameTokensKey(program);
    const alike = tokensKey === undefined ? undefined : this.#passed.get(tokensKey);
    if (alike !== undefined) {
      this.#alike += 1;
      this.#exact.set(key, alike);
      return givenAgain(alike);
    }
    return await this.#wait(this.#start(program, caller, key, tokensKey), signal);
  }

  #start(program: BoundedProgram, caller: Caller, key: string, tokensKey: string | undefined): Running {
    const kill = new AbortController();
    this.#runs += 1;
    const running: Running = { judged: this.#run(program, kill.signal, caller), kill, waiters: 0 };
    this.#running.set(key, running);
    const forget = (): void => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    };
    kill.signal.addEventListener('abort', forget);
    running.judged.then(({ verdict, overcounted }) => {
      forget();
      if (overcounted === true || !isCertain(verdict)) return;
      this.#exact.set(key, verdict);
      if (verdict.outcome === 'passed' && tokensKey !== undefined) this.#passed.set(tokensKey, verdict);
    }, forget);
    return running;
  }

  /** Waits for a running program; the last waiter to abort kills it. */
  async #wait(running: Running, signal: AbortSignal | undefined): Promise<Verdict> {
    running.waiters += 1;
    if (signal === undefined) return (await running.judged).verdict;
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => {
      running.waiters -= 1;
      if (running.waiters === 0) running.kill.abort(signal.reason);
      aborted.reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      return (await Promise.race([running.judged, aborted.promise])).verdict;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

/** Whether a verdict would come out the same on an idle machine. */
function isCertain({ outcome, executions }: Verdict): boolean {
  return outcome !== 'wall_timeout' && executions === 1;
}

function givenAgain(verdict: Verdict): Verdict {
  return { ...verdict, executions: 0 };
}
