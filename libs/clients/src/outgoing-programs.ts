import { setTimeout as sleep } from 'node:timers/promises';
import { evaluationFromProto, FieldPath, programToProto } from '@leti/convert';
import type { Evaluation, Program } from '@leti/leti';
import { Code, type EvaluateProgramsRequest, type EvaluateProgramsResponse } from '@leti/proto';
import type { Backoff } from './patience.ts';
import { ProgramNotJudgedError } from './program-not-judged-error.ts';

/** What came of one program. */
export type Judged =
  | { readonly programId: string; readonly evaluation: Evaluation }
  | { readonly programId: string; readonly error: ProgramNotJudgedError };

/** How often a program may cost the evaluator a sandbox, or see streams break without any verdict, before it is told as not judged. */
const MAX_TRIES = 5;

interface UnderWay {
  readonly program: Program;
  /** Times it had no verdict though it may have one later. */
  failures: number;
  /** Streams in a row that broke with it before any program had a verdict. */
  cuts: number;
}

/** The programs that are under way, and those still to come. Each leaves it once, with a verdict or without. */
export class OutgoingPrograms {
  readonly #source: AsyncIterator<Program>;
  readonly #backoff: Backoff;
  readonly #underWay = new Map<string, UnderWay>();
  /** Of those, the ones to be sent once more on the stream that is open. */
  readonly #again: Program[] = [];
  readonly #closed = new AbortController();
  #next: Promise<IteratorResult<Program>> | undefined;
  #exhausted = false;
  #streams = 0;
  /** Whether the last stream brought anything. */
  #fruitful = false;
  #wake = (): void => {};

  /** @param backoff before a program is sent again on the same stream */
  constructor(programs: AsyncIterable<Program>, backoff: Backoff) {
    this.#source = programs[Symbol.asyncIterator]();
    this.#backoff = backoff;
  }

  get isDone(): boolean {
    return this.#exhausted && this.#underWay.size === 0;
  }

  /** The requests of one more stream: what is under way, then what comes. They end with `end()`, or when all are done. */
  stream(): { requests: () => AsyncGenerator<EvaluateProgramsRequest>; end: () => void } {
    let over = false;
    this.#streams += 1;
    this.#fruitful = false;
    this.#again.splice(0, Infinity, ...[...this.#underWay.values()].map(({ program }) => program));
    const requests = async function* (this: OutgoingPrograms): AsyncGenerator<EvaluateProgramsRequest> {
      while (!over && !this.isDone) {
        const again = this.#again.shift();
        if (again !== undefined) {
          yield { program: programToProto(again) };
          continue;
        }
        const next = await this.#nextOrWoken();
        // When the stream is over the next one takes it.
        if (next === undefined || over) continue;
        this.#next = undefined;
        if (next.done === true) this.#exhausted = true;
        else yield { program: programToProto(this.#begin(next.value)) };
      }
    };
    return {
      requests: requests.bind(this),
      end: () => {
        over = true;
        this.#wake();
      },
    };
  }

  /** Notes what the evaluator says of a program. @returns undefined when it is sent once more, or said twice */
  take(event: EvaluateProgramsResponse['event']): Judged | undefined {
    if (event?.$case === 'evaluation') {
      const evaluation = FieldPath.validated((at) => evaluationFromProto(event.value, at.field('evaluation')));
      const { programId } = evaluation;
      return this.#underWay.has(programId) ? this.#settled({ programId, evaluation }) : undefined;
    }
    if (event === undefined) return undefined;
    const { programId, code, message } = event.value;
    const entry = this.#underWay.get(programId);
    if (entry === undefined) return undefined;
    entry.failures += 1;
    const error = new ProgramNotJudgedError(programId, code, message);
    if (!error.mayWorkLater || entry.failures >= MAX_TRIES) return this.#settled({ programId, error });
    void this.#sendLater(entry);
    return undefined;
  }

  /** Notes that the last stream broke. @returns the programs that are given up for it */
  cut(reason: string): readonly Judged[] {
    for (const entry of this.#underWay.values()) entry.cuts = this.#fruitful ? 0 : entry.cuts + 1;
    const givenUp = [...this.#underWay.values()].filter(({ cuts }) => cuts >= MAX_TRIES);
    const message = `${MAX_TRIES} streams in a row broke before it had a verdict, at last: ${reason}`;
    return givenUp.map(({ program: { programId } }) =>
      this.#settled({ programId, error: new ProgramNotJudgedError(programId, Code.UNAVAILABLE, message) }),
    );
  }

  /** Tells the source that no more is wanted. Does not wait for it: it may be waiting itself. */
  close(): void {
    this.#closed.abort();
    this.#source.return?.().then(undefined, () => {});
  }

  #begin(program: Program): Program {
    const { programId } = program;
    if (this.#underWay.has(programId))
      throw new RangeError(`programs: expected distinct ids, got "${programId}" twice`);
    this.#underWay.set(programId, { program, failures: 0, cuts: 0 });
    return program;
  }

  /** Waits for the next program, but no longer than until something else is to be done: the source may be waiting for that. */
  #nextOrWoken(): Promise<IteratorResult<Program> | undefined> {
    const woken = new Promise<undefined>((resolve) => (this.#wake = () => resolve(undefined)));
    if (this.#exhausted) return woken;
    this.#next ??= this.#source.next();
    return Promise.race([woken, this.#next]);
  }

  async #sendLater({ program, failures }: UnderWay): Promise<void> {
    const stream = this.#streams;
    const { firstMs, mostMs } = this.#backoff;
    const { signal } = this.#closed;
    await sleep(Math.min(mostMs, firstMs * 2 ** (failures - 1)), undefined, { signal }).catch(() => {});
    if (this.#streams !== stream) return; // A new stream has sent it already.
    this.#again.push(program);
    this.#wake();
  }

  #settled(judged: Judged): Judged {
    this.#underWay.delete(judged.programId);
    this.#fruitful = true;
    this.#wake();
    return judged;
  }
}
