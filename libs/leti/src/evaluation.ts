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

/** Which text a failing program's feedback has: the published system's, or the versioned one of docs/feedback.md. */
export const FEEDBACK_STYLES = ['leti', 'canonical_v1'] as const;
export type FeedbackStyle = (typeof FEEDBACK_STYLES)[number];

/** What a part of canonical feedback tells: where, what, with which input, what came of it, what an analyser says. */
export const FEEDBACK_CHANNELS = ['traceback', 'exception', 'input', 'expected_got', 'static_analysis'] as const;
export type FeedbackChannel = (typeof FEEDBACK_CHANNELS)[number];

/** A stretch of a feedback text. */
export interface FeedbackPart {
  readonly channel: FeedbackChannel;
  readonly text: string;
}

/** What of a program its feedback may tell, and in which form. */
export interface FeedbackOptions {
  /** @default 'leti' */
  readonly style?: FeedbackStyle;
  /** Tests from the first that it may quote. @default all */
  readonly visibleTests?: number;
  /** Most tokens of canonical feedback. @default 512 */
  readonly maxTokens?: number;
  /** Whether canonical feedback tells input, expected and actual value of a failed visible test. @default false */
  readonly values?: boolean;
}

/** When two numbers count as equal: by at most the greater of `absolute` and `relative` times the expected magnitude. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** Ways of judging other than by tests; `evaluation.proto` says what each field means. */
export type JudgeRule =
  | {
      readonly kind: 'returned_value';
      readonly expression: string;
      /** A Python literal. */
      readonly expected: string;
      readonly tolerance: Tolerance;
      readonly numbersFromText: boolean;
    }
  | {
      readonly kind: 'stdio';
      readonly cases: readonly { readonly stdin: string; readonly stdout: string }[];
      readonly comparison: 'exact' | 'lines' | 'words';
      readonly tolerance: Tolerance;
    }
  | {
      readonly kind: 'verifier';
      readonly expression: string;
      /** Python that defines `verify(value, reference)`. */
      readonly verifier: string;
      /** JSON, or empty. */
      readonly reference: string;
    }
  | {
      readonly kind: 'text_match';
      readonly expected: readonly string[];
      readonly mode: 'equal' | 'prefix' | 'contains';
      /** A Python regular expression, or empty. */
      readonly answerPattern: string;
      readonly ignoreCase: boolean;
    };

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
  /** How it is judged instead of by tests, of which there are none then. */
  readonly judge?: JudgeRule;
  readonly feedback?: FeedbackOptions;
}

/** The verdict on one program. */
export interface Evaluation {
  readonly programId: string;
  readonly outcome: Outcome;
  /** Textual feedback for the model; empty when passed. */
  readonly feedback: string;
  /** The feedback cut by channel, in its order; their texts joined are it. Of the canonical style only. */
  readonly feedbackParts?: readonly FeedbackPart[];
  /** Class name of the exception that ended the program, or empty. */
  readonly exceptionType: string;
  /** 0-based index of the failing test; undefined when no test had started. */
  readonly failedTestIndex: number | undefined;
  readonly cpuTimeMs: number;
  readonly wallTimeMs: number;
  readonly peakMemoryBytes: number;
  readonly outputBytes: number;
  /** Signal that ended the program's process by its own doing; 0 for none. */
  readonly exitSignal: number;
  /** Runs behind this verdict: 2 when the first end may have been the machine's doing, 0 when an earlier verdict was given again. */
  readonly executions: number;
}
