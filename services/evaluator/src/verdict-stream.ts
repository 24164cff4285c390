import { evaluationToProto, FieldPath } from '@leti/convert';
import type { Evaluation, Limits } from '@leti/leti';
import type { EvaluateProgramsRequest, EvaluateProgramsResponse } from '@leti/proto';
import { codeNumber, rpcErrorFrom } from '@leti/rpc';
import type { Admission } from './admission.ts';
import type { JudgeProgram } from './judge-program.ts';
import { readProgram } from './read-program.ts';
import { STATUSES } from './statuses.ts';

/** What a stream is served with. */
export interface StreamParts {
  readonly judge: JudgeProgram;
  readonly admission: Admission;
  /** Programs run at the same time. */
  readonly slots: number;
  readonly maxLimits: Limits;
  /** The client's connection, whose calls share its turns. */
  readonly client: string;
  /** Kills what runs. */
  readonly signal: AbortSignal;
  /** Told of a program without a verdict. */
  readonly onFailure: (error: unknown) => void;
}

/** What a program came to: its verdict, or why it has none. */
interface Result {
  readonly id: string;
  readonly response: EvaluateProgramsResponse;
}

/** One stream: reads programs, has them judged, keeps their verdicts until the caller takes them. */
export class VerdictStream {
  readonly #parts: StreamParts;
  readonly #most: number;
  /** Programs whose verdict the caller has not taken. */
  readonly #ids = new Map<string, number>();
  readonly #ready: Result[] = [];
  readonly #caller = { client: '', call: this as unknown };
  #untaken = 0;
  #state: { readonly ended: boolean; readonly failure?: unknown } = { ended: false };
  #wakeTaker = (): void => {};
  #wakeReader = (): void => {};
  readonly #onAbort = (): void => {
    this.#wakeTaker();
    this.#wakeReader();
  };

  constructor(parts: StreamParts) {
    this.#parts = parts;
    this.#caller.client = parts.client;
    this.#most = 2 * parts.slots;
    parts.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Begins programs as they come. Never rejects: a failure of the stream is thrown by verdicts(). */
  async read(requests: AsyncIterable<EvaluateProgramsRequest>): Promise<void> {
    try {
      for await (const request of requests) {
        await this.#begin(request);
        while (this.#untaken >= this.#most && !this.#state.ended) {
          await new Promise<void>((resolve) => (this.#wakeReader = resolve));
          this.#parts.signal.throwIfAborted();
        }
        if (this.#state.ended) return;
      }
      this.#state = { ended: true };
    } catch (failure) {
      this.#state = { ended: true, failure };
    }
    this.#wakeTaker();
  }

  /** A verdict for each program, or why it has none, in the order in which programs end. @throws the signal's reason; what reading failed with */
  async *verdicts(): AsyncGenerator<EvaluateProgramsResponse> {
    for (;;) {
      this.#parts.signal.throwIfAborted();
      const result = this.#ready.shift();
      if (result !== undefined) {
        yield result.response;
        this.#taken(result.id);
      } else if (this.#state.failure !== undefined) {
        throw this.#state.failure;
      } else if (this.#state.ended && this.#untaken === 0) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wakeTaker = resolve));
      }
    }
  }

  /** Reads no further. What runs ends with the signal. */
  end(): void {
    this.#state = { ended: true };
    this.#parts.signal.removeEventListener('abort', this.#onAbort);
    this.#wakeReader();
  }

  async #begin({ program: message }: EvaluateProgramsRequest): Promise<void> {
    const { judge, admission, maxLimits, signal } = this.#parts;
    const id = message?.programId ?? '';
    const underWay = this.#ids.has(id);
    this.#untaken += 1;
    this.#ids.set(id, (this.#ids.get(id) ?? 0) + 1);
    try {
      FieldPath.validated((root) => {
        const at = root.field('program').field('program_id');
        at.expect(!underWay, 'must be another than that of a program that is under way', id);
      });
      const program = readProgram(message, maxLimits);
      const giveBack = await admission.admitStreamed(program, this.#caller, signal);
      void this.#await(id, judge(program, signal, this.#caller).finally(giveBack));
    } catch (error) {
      this.#fail(id, error);
    }
  }

  async #await(id: string, evaluation: Promise<Evaluation>): Promise<void> {
    try {
      this.#settle(id, { event: { $case: 'evaluation', value: evaluationToProto(await evaluation) } });
    } catch (error) {
      this.#fail(id, error);
    }
  }

  /** Says why one program has no verdict; the stream goes on. */
  #fail(programId: string, error: unknown): void {
    const { signal, onFailure } = this.#parts;
    onFailure(signal.aborted ? signal.reason : error);
    if (signal.aborted) return;
    const { code, message } = rpcErrorFrom(error, STATUSES);
    this.#settle(programId, { event: { $case: 'error', value: { programId, code: codeNumber(code), message } } });
  }

  #settle(id: string, response: EvaluateProgramsResponse): void {
    this.#ready.push({ id, response });
    this.#wakeTaker();
  }

  #taken(id: string): void {
    const left = (this.#ids.get(id) ?? 1) - 1;
    if (left === 0) this.#ids.delete(id);
    else this.#ids.set(id, left);
    this.#untaken -= 1;
    this.#wakeReader();
  }
}
