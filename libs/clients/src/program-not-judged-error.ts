import { Code } from '@leti/proto';

/** The evaluator is there but gives no verdict on this program. It says nothing about the program's quality. */
export class ProgramNotJudgedError extends Error {
  override readonly name = 'ProgramNotJudgedError';
  readonly programId: string;
  /** A google.rpc.Code. */
  readonly code: number;
  /** Why, in the evaluator's words or in ours of its streams. */
  readonly reason: string;

  constructor(programId: string, code: number, reason: string) {
    super(`program ${programId} was not judged: ${reason}`);
    this.programId = programId;
    this.code = code;
    this.reason = reason;
  }

  /** Whether it may be judged another time; otherwise the evaluator refuses it. */
  get mayWorkLater(): boolean {
    return this.code === Code.UNAVAILABLE || this.code === Code.RESOURCE_EXHAUSTED;
  }
}
