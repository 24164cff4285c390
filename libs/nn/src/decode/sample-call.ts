import type { SampledTokens, SampleGroup } from './sample-group.ts';

/** Who is told of a call's samples, and who may end it. */
export interface SampleCallOptions {
  /** Called once per sample, in the order in which they end. What it throws ends the call. */
  readonly onSample: (sample: SampledTokens) => void;
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One caller's groups on their way through the sampler. */
export class SampleCall {
  /** Settled when all samples have been handed over, or with the first error. */
  readonly finished: Promise<void>;
  readonly #groups: Iterator<SampleGroup>;
  readonly #onSample: (sample: SampledTokens) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;
  #openSamples = 0;
  #exhausted = false;
  #settled = false;

  constructor(groups: Iterable<SampleGroup>, { onSample, signal }: SampleCallOptions) {
    this.#groups = groups[Symbol.iterator]();
    this.#onSample = onSample;
    this.#signal = signal;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Nothing more may be done for a settled call. Notices an abort. */
  get settled(): boolean {
    if (!this.#settled && this.#signal?.aborted === true) this.fail(this.#signal.reason);
    return this.#settled;
  }

  /** The next group, or undefined when there are no more. Its samples are open from here on. */
  nextGroup(): SampleGroup | undefined {
    if (this.#exhausted) return undefined;
    const { done, value } = this.#groups.next();
    if (done === true) {
      this.#exhausted = true;
      this.#settleIfDone();
      return undefined;
    }
    this.#openSamples += value.samples.length;
    return value;
  }

  /** Hands a finished sample to the caller. */
  deliver(sample: SampledTokens): void {
    this.#onSample(sample);
    this.#openSamples--;
    this.#settleIfDone();
  }

  /** Ends the call; its groups are not asked for any more. */
  fail(reason: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#reject(reason);
    if (this.#exhausted) return;
    try {
      this.#groups.return?.();
    } catch {
      // The call has its reason; that its caller's clean-up fails as well is no other call's concern.
    }
  }

  #settleIfDone(): void {
    if (!this.#exhausted || this.#openSamples > 0 || this.#settled) return;
    this.#settled = true;
    this.#resolve();
  }
}
