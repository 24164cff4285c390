import { setTimeout as sleep } from 'node:timers/promises';
import { evaluationFromProto, FieldPath, programToProto } from '@leti/convert';
import type { Evaluation, Program } from '@leti/leti';
import { Code, type EvaluateProgramsRequest, type EvaluateProgramsResponse } from '@leti/proto';
import { ProgramNotJudgedError } from './program-not-judged-error.ts';

/** What came of one program. */
export type Judged =
  | { readonly programId: string; readonly evaluation: Evaluation }
  | { readonly programId: string; readonly error: ProgramNotJudgedError };

/** How often a program may cost the evaluator a sandbox before it is told as not judged. */
const MAX_TRIES = 5;
const TRY_AGAIN_MS = 100;

/** The programs that are under way, and those still to come. */
export class OutgoingPrograms {
  readonly #source: AsyncIterator<Program>;
  readonly #unanswered = new Map<string, { readonly program: Program; failures: number }>();
  /** Of those, the ones to be sent once more on the stream that is open. */
  readonly #again: Program[] = [];
  #next: Promise<IteratorResult<Program>> | undefined;
  #exhausted = false;
  #streams = 0;
  #wake = (): void => {};

  constructor(programs: AsyncIterable<Program>) {
    this.#source = programs[Symbol.asyncIterator]();
  }

  get isDone(): boolean {
    return this.#exhausted && this.#unanswered.size === 0;
  }

  /** The requests of one more stream: what has no answer yet, then what comes. */
  stream(): { requests: () => AsyncGenerator<EvaluateProgramsRequest>; end: () => void } {
    let over = false;
    this.#streams += 1;
    this.#again.splice(0, Infinity, ...[...this.#unanswered.values()].map(({ program }) => program));
    const requests = async function* (this: OutgoingPrograms): AsyncGenerator<EvaluateProgramsRequest> {
      while (!over && !this.isDone) {
        const again = this.#again.shift();
        if (again !== undefined) yield { program: programToProto(again) };
        else if (this.#exhausted) await new Promise<void>((resolve) => (this.#wake = resolve));
        else {
          this.#next ??= this.#source.next();
          const next = await this.#next;
          if (over) return; // The next stream takes it.
          this.#next = undefined;
          if (next.done === true) this.#exhausted = true;
          else {
            this.#unanswered.set(next.value.programId, { program: next.value, failures: 0 });
            yield { program: programToProto(next.value) };
          }
        }
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

  /** Notes an answer. @returns undefined when the program is sent once more */
  take(event: EvaluateProgramsResponse['event'], signal: AbortSignal): Judged | undefined {
    if (event?.$case === 'evaluation') {
      const evaluation = FieldPath.validated((at) => evaluationFromProto(event.value, at.field('evaluation')));
      return this.#unanswered.has(evaluation.programId)
        ? this.#answered({ programId: evaluation.programId, evaluation })
        : undefined;
    }
    if (event === undefined) return undefined;
    const { programId, code, message } = event.value;
    const entry = this.#unanswered.get(programId);
    if (entry === undefined) return undefined;
    entry.failures += 1;
    const mayWork = code === Code.UNAVAILABLE || code === Code.RESOURCE_EXHAUSTED;
    if (!mayWork || entry.failures >= MAX_TRIES) {
      return this.#answered({ programId, error: new ProgramNotJudgedError(programId, code, message) });
    }
    void this.#later(entry.program, entry.failures, signal);
    return undefined;
  }

  async #later(program: Program, failures: number, signal: AbortSignal): Promise<void> {
    const stream = this.#streams;
    await sleep(TRY_AGAIN_MS * 2 ** failures, undefined, { signal }).catch(() => {});
    if (this.#streams !== stream) return; // A new stream has sent it already.
    this.#again.push(program);
    this.#wake();
  }

  #answered(judged: Judged): Judged {
    this.#unanswered.delete(judged.programId);
    this.#wake();
    return judged;
  }

  /** Tells the source that no more is wanted. Does not wait for it: it may be waiting itself. */
  close(): void {
    this.#source.return?.().then(undefined, () => {});
  }
}
