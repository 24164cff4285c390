import { once } from 'node:events';
import { constants, createWriteStream, type Stats } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Evaluation } from '@leti/leti';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Sample } from './parse-sample.ts';
import { type NotJudged, resultRow } from './result-row.ts';

/** Rows wait in memory for an earlier one; so much of them may. */
const MOST_WAITING = 4096;
const MOST_WAITING_BYTES = 64 * 2 ** 20;

interface Waiting {
  readonly sample: Sample;
  row: string | undefined;
}

/**
 * A file of results in the samples' order, though verdicts come in any. Rows are written to `PATH.part` and appear under
 * the path when all are there; a name that ends in `.gz` is gzipped.
 */
export class ResultFile {
  readonly #path: string;
  readonly #writtenTo: string;
  readonly #out: Transform;
  readonly #done: Promise<void>;
  readonly #waiting: Waiting[] = [];
  readonly #byLine = new Map<number, Waiting>();
  #bytes = 0;
  #rows = 0;
  #failure: unknown;
  #wake = (): void => {};

  private constructor(path: string, writtenTo: string) {
    this.#path = path;
    this.#writtenTo = writtenTo;
    this.#out = path.endsWith('.gz') ? createGzip() : new PassThrough();
    this.#done = pipeline(this.#out, createWriteStream(writtenTo));
    this.#done.catch((error: unknown) => {
      this.#failure = error;
      this.#wake();
      this.#out.emit('drain');
    });
  }

  /**
   * @param samples the file that is read, which must be another, and not the one that rows are written to meanwhile
   * @throws what opening it throws, before anything is judged
   */
  static async open(path: string, samples: string): Promise<ResultFile> {
    if (path === '') throw new CliError(EXIT.badInput, "--out: expected a file's name, got none");
    const [found, source] = await Promise.all([path, samples].map(statOrNothing));
    if (isSame(found, source))
      throw new CliError(EXIT.badInput, `--out: expected another file than --solutions, got ${path}`);
    const folder = dirname(path);
    if ((await statOrNothing(folder)) === undefined)
      throw new CliError(EXIT.badInput, `--out: expected a file in a folder that is there, got ${path}: no ${folder}`);
    const special = found !== undefined && !found.isFile();
    const writtenTo = special ? path : `${path}.part`;
    if (isSame(await statOrNothing(writtenTo), source))
      throw new CliError(
        EXIT.badInput,
        `--out: expected not to write to ${writtenTo}, which is --solutions, got ${path}`,
      );
    // A pipe that nobody reads is told, for waiting for a reader could not be interrupted.
    await (await open(writtenTo, special ? constants.O_WRONLY | constants.O_NONBLOCK : 'w')).close();
    return new ResultFile(path, writtenTo);
  }

  /** Waits until another sample may be begun. @throws the signal's reason; what writing failed with */
  async room(signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (this.#waiting.length >= MOST_WAITING || this.#bytes >= MOST_WAITING_BYTES) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        signal.throwIfAborted();
        this.#check();
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Notes that a sample's row comes after those of all before. */
  begin(sample: Sample): void {
    const waiting = { sample, row: undefined };
    this.#waiting.push(waiting);
    this.#byLine.set(sample.line.number, waiting);
    this.#bytes += sample.line.text.length;
  }

  /** Takes what came of a sample that was begun. @throws what writing failed with */
  async add(sample: Sample, verdict: Evaluation | NotJudged): Promise<void> {
    this.#check();
    const entry = this.#byLine.get(sample.line.number);
    if (entry === undefined) throw new Error(`line ${sample.line.number} was not begun`);
    entry.row = resultRow(sample, verdict);
    this.#bytes += entry.row.length;
    for (let first = this.#waiting[0]; first?.row !== undefined; first = this.#waiting[0]) {
      this.#waiting.shift();
      const { line } = first.sample;
      this.#byLine.delete(line.number);
      this.#bytes -= line.text.length + first.row.length;
      this.#rows += 1;
      if (!this.#out.write(`${first.row}\n`)) await once(this.#out, 'drain');
      this.#check();
    }
    this.#wake();
  }

  /** Writes the rest and gives the file its name. */
  async finish(): Promise<void> {
    this.#out.end();
    await this.#done;
    if (this.#writtenTo !== this.#path) await rename(this.#writtenTo, this.#path);
  }

  /** Ends early; without any row no file is left. @returns where the rows so far are, and how many */
  async abandon(): Promise<{ readonly path: string; readonly rows: number }> {
    this.#out.end();
    await this.#done.catch(() => {});
    if (this.#rows === 0 && this.#writtenTo !== this.#path) await rm(this.#writtenTo, { force: true });
    return { path: this.#writtenTo, rows: this.#rows };
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

const statOrNothing = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined);

/** Whether both are there and one file, by whatever names. */
const isSame = (one: Stats | undefined, other: Stats | undefined): boolean =>
  one !== undefined && one.ino === other?.ino && one.dev === other.dev;
