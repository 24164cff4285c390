/** Every way a program can end; infrastructure faults are errors and never appear here. */
export const OUTCOMES = [
  'passed',
  'failed_assertion',
  'exception',
  'syntax_error',
  'cpu_timeout',
  'wall_timeout',
  'memory_exceeded',
  'output_exceeded',
  'process_limit',
  'early_exit',
  'tampering',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Upper bounds on one program. */
export interface Limits {
  readonly cpuTimeMs: number;
  readonly wallTimeMs: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  /** Processes and threads together. */
  readonly processes: number;
}

/** A solution with the tests that judge it. The program is prompt + solution + tests. */
export interface Program {
  /** Chosen by the caller and echoed in the evaluation. */
  readonly programId: string;
  readonly prompt: string;
  readonly solution: string;
  readonly testSetupCode: string;
  readonly tests: readonly string[];
  /** Missing fields take the evaluator's defaults. */
  readonly limits: Partial<Limits>;
}

/** The verdict on one program. */
export interface Evaluation {
  readonly programId: string;
  readonly outcome: Outcome;
  /** Textual feedback for the model; empty when passed. */
  readonly feedback: string;
  /** Class name of the exception that ended the program, or empty. */
  readonly exceptionType: string;
  /** 0-based index of the failing test; undefined when no test had started. */
  readonly failedTestIndex: number | undefined;
  readonly cpuTimeMs: number;
  readonly wallTimeMs: number;
  readonly peakMemoryBytes: number;
  readonly outputBytes: number;
}
