import { AppendFile } from './append-file.ts';
import { parseLines, readJsonLines } from './json-lines.ts';
import { jsonLine } from './json-text.ts';
import { CorruptStoreError } from './store-errors.ts';

/** One event of a log. */
export interface LoggedEvent<E> {
  /** From 1, without gaps. */
  readonly number: number;
  readonly time: Date;
  readonly event: E;
}

/** How a log is understood. */
export interface EventLogOptions<E> {
  /** Turns parsed JSON into an event and throws if it is none. @default the JSON as it is, unchecked */
  readonly parse?: (json: unknown) => E;
  /** @default the system's clock */
  readonly now?: () => Date;
}

interface Waiting<E> {
  readonly event: E;
  readonly time: Date;
  readonly resolve: (number: number) => void;
  readonly reject: (error: unknown) => void;
}

/** How many events a follower reads from disk at once. */
const BATCH = 256;

/**
 * The events of a run, in a file `{"number":…,"time":…,"event":…}` per line: for one writer and any number of followers
 * in its process. Events are kept on disk, not in memory.
 */
export class EventLog<E> {
  readonly #file: AppendFile;
  readonly #options: EventLogOptions<E>;
  /** Where event n begins is at n - 1; the last entry is where the next one will. */
  readonly #starts: number[];
  #waiting: Waiting<E>[] = [];
  #writing = false;
  /** Ends when everything that waits has been written. */
  #idle: Promise<void> = Promise.resolve();
  #wake = Promise.withResolvers<void>();
  #closed = false;

  private constructor(file: AppendFile, starts: number[], options: EventLogOptions<E>) {
    this.#file = file;
    this.#starts = starts;
    this.#options = options;
  }

  /**
   * Opens or creates a log, and its folder. A last event that a writer left half written when it died is removed.
   * @throws {CorruptStoreError} naming the line; {StoreFullError}
   */
  static async open<E>(path: string, options: EventLogOptions<E> = {}): Promise<EventLog<E>> {
    const { file, content } = await AppendFile.open(path);
    try {
      parseEvents(path, content, options, 1);
      const starts = [0];
      for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) starts.push(at + 1);
      return new EventLog(file, starts, options);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Number of the newest event; 0 when there is none. */
  get lastNumber(): number {
    return this.#starts.length - 1;
  }

  /**
   * Adds an event. Events are numbered in the order of the calls.
   * @returns its number, once it would survive a loss of power
   * @throws {StoreFullError}; the event is not in the log then, and has no number
   */
  append(event: E): Promise<number> {
    const { now = () => new Date() } = this.#options;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, time: now(), resolve, reject });
      if (!this.#writing) this.#idle = this.#writeWaiting();
    });
  }

  /** The events after a number, as far as they exist. */
  async read(after = 0): Promise<LoggedEvent<E>[]> {
    return this.#range(after, this.lastNumber);
  }

  /**
   * The events after a number, those that exist and those to come. Ends when the log is closed or the signal aborts.
   * Followers that are slow hold up nobody.
   */
  async *follow(after = 0, signal?: AbortSignal): AsyncGenerator<LoggedEvent<E>, void> {
    let seen = after;
    const abort = (): void => this.#notify();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      for (;;) {
        const { promise: news } = this.#wake;
        while (seen < this.lastNumber) {
          for (const event of await this.#range(seen, Math.min(seen + BATCH, this.lastNumber))) {
            if (signal?.aborted === true) return;
            yield event;
            seen = event.number;
          }
        }
        if (this.#closed || signal?.aborted === true) return;
        await news;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Waits for running appends, ends every follower once it has seen all, and closes the file. */
  async close(): Promise<void> {
    await this.#idle;
    this.#closed = true;
    this.#notify();
    await this.#file.close();
  }

  /** Numbers are given here, one write at a time, so that a write that fails leaves no gap. */
  async #writeWaiting(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const first = this.lastNumber + 1;
      try {
        const lines = batch.map(({ event, time }, index) =>
          Buffer.from(jsonLine({ number: first + index, time: time.toISOString(), event })),
        );
        let end = await this.#file.append(Buffer.concat(lines));
        for (const line of lines) this.#starts.push((end += line.length));
        for (const [index, { resolve }] of batch.entries()) resolve(first + index);
        this.#notify();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = false; // in the same turn as the last look at what waits
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  async #range(after: number, last: number): Promise<LoggedEvent<E>[]> {
    const [start, end] = [this.#starts[Math.max(0, after)], this.#starts[last]];
    if (start === undefined || end === undefined || start >= end) return [];
    return parseEvents(this.#file.path, await this.#file.read(start, end), this.#options, after + 1);
  }
}

/** The events of a log that nobody in this process writes, after a number. @throws {CorruptStoreError} */
export async function readEvents<E>(
  path: string,
  after = 0,
  options: EventLogOptions<E> = {},
): Promise<LoggedEvent<E>[]> {
  const events = await readJsonLines(path, { parse: (json) => eventFrom(json, options) });
  checkNumbers(path, events, 1);
  return events.slice(after);
}

function parseEvents<E>(
  path: string,
  content: Buffer,
  options: EventLogOptions<E>,
  firstNumber: number,
): LoggedEvent<E>[] {
  const events = parseLines(path, content, { parse: (json) => eventFrom(json, options) }, firstNumber);
  checkNumbers(path, events, firstNumber);
  return events;
}

function checkNumbers(path: string, events: readonly LoggedEvent<unknown>[], first: number): void {
  const index = events.findIndex(({ number }, at) => number !== first + at);
  if (index < 0) return;
  const problem = `expected event ${first + index}, got ${events[index]?.number}`;
  throw new CorruptStoreError(path, first + index, problem);
}

function eventFrom<E>(json: unknown, { parse = (event) => event as E }: EventLogOptions<E>): LoggedEvent<E> {
  const { number, time, event } = json as { number: unknown; time: unknown; event: unknown };
  const date = new Date(String(time));
  if (typeof number !== 'number' || Number.isNaN(date.getTime())) throw new TypeError('not an event');
  return { number, time: date, event: parse(event) };
}
