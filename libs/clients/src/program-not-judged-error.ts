/** The evaluator is there but cannot judge this program. It says nothing about the program's quality. */
export class ProgramNotJudgedError extends Error {
  override readonly name = 'ProgramNotJudgedError';
  readonly programId: string;
  /** A google.rpc.Code. */
  readonly code: number;

  constructor(programId: string, code: number, message: string) {
    super(`program ${programId} was not judged: ${message}`);
    this.programId = programId;
    this.code = code;
  }
}
